package dev.athanor.connectors.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvQuotesTest {
    private static long openLine(String text) throws IOException {
        return new CsvQuotes('"', ',').openLine(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a,b",
                "a,b\n1,\"x\"\n",
                "a,b\r\n1,\"x\"\r\n2,y\r\n",
                "a,b\n1,\"two\nlines, one cell\"\n2,y\n",
                "a,b\n1,\"she said \"\"no\"\"\"\n2,\"\"\n",
                "a,b\n1,\"ends with a quote \n\"\"\" \n2,y",
                "a,b\n5\" pipe,x\n6\" pipe,\"y\"\n7\" pipe,z\n",
                "a,b\n1, \"not a quoted cell\n2,y\n",
                "a,b\n1,\"a \"word\" in quotes\n2,y\n",
                "\uFEFF\"a\",b\n1,\u00e9\u20ac\n"
            })
    void closed(String text) throws IOException {
        assertThat(openLine(text)).isZero();
    }

    @Test
    void open() throws IOException {
        assertThat(openLine("a,b\n1,\"x\n2,y\n3,z\n")).isEqualTo(2);
        assertThat(openLine("\uFEFF\"a,b\n1,x\n")).isEqualTo(1);
        assertThat(openLine("a,b\n1,x\n2,\"never")).isEqualTo(3);
        assertThat(openLine("a,b\n1,\"doubled\"\"\n2,y\n")).isEqualTo(2);
        assertThat(openLine("a,b\n1,\"two\nlines\"\n2,\"y\n3,z\n")).isEqualTo(4);
    }

    @Test
    void closedByTheQuoteThatOpensAnotherCell() throws IOException {
        assertThat(openLine("a,b\n1,\"x\n2,y\n3,\"z\"\n")).isEqualTo(2);
        assertThat(openLine("a,b\n1,\"x\n2,\"y\n3,z\n")).isEqualTo(2);
    }
}
