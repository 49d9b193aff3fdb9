package dev.athanor.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {
    private static final int F32 = 0;
    private static final int Q8_0 = 8;
    private static final int U8 = 0;
    private static final int U32 = 4;
    private static final int STRING = 8;
    private static final int LIST = 9;

    @TempDir
    Path folder;

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("m.gguf"), bytes);
    }

    private void refused(GgufBytes file, String reason) throws IOException {
        refused(file.data(64), reason);
    }

    private void refused(byte[] file, String reason) throws IOException {
        Path path = write(file);
        assertThatThrownBy(() -> GgufFile.open(path))
                .isInstanceOf(AthanorException.class)
                .hasMessageStartingWith("Cannot read tensors from " + path + ": ")
                .hasMessageContaining(reason);
    }

    private static GgufBytes one(int type, long offset, long... dimensions) {
        return GgufBytes.file(1, 0).tensor("a", type, offset, dimensions);
    }

    @Test
    void shapesAreReversedAndBytesAreInPlace() throws IOException {
        byte[] bytes = one(F32, 0, 3, 2).data(24);
        bytes[bytes.length - 24] = 1; // the least float above zero
        try (GgufFile file = GgufFile.open(write(bytes))) {
            StoredTensor tensor = file.tensor("a");
            assertThat(tensor.shape()).containsExactly(2, 3);
            assertThat(tensor.toString()).isEqualTo("StoredTensor(a, F32, [2, 3])");
            assertThat(tensor.bytes().remaining()).isEqualTo(24);
            assertThat(tensor.bytes().isReadOnly()).isTrue();
            assertThat(tensor.bytes().isDirect()).isTrue();
            assertThat(tensor.bytes().getFloat()).isEqualTo(Float.MIN_VALUE);
            assertThat(tensor.toTensor().floats()).containsExactly(Float.MIN_VALUE, 0, 0, 0, 0, 0);
            assertThat(file.version()).isEqualTo(3);
            assertThatThrownBy(() -> file.tensor("b"))
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("it has no tensor b");
            assertThatThrownBy(() -> tensor.decode(5, 2, new float[2], 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> tensor.decode(0, 2, new float[2], 1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void tensorsMappedBeforeTheFileIsClosedStayReadable() throws IOException {
        GgufFile file = GgufFile.open(write(GgufBytes.file(2, 0)
                .tensor("a", F32, 0, 1)
                .tensor("b", F32, 32, 1)
                .data(64)));
        assertThat(file.tensor("a").bytes().getFloat()).isZero();
        file.close();
        assertThat(file.tensor("a").toTensor().floats()).containsExactly(0);
        assertThatThrownBy(() -> file.tensor("b").bytes())
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("ClosedChannel");
    }

    @Test
    void versionTwoIsReadAndOthersAreNot() throws IOException {
        byte[] bytes = one(F32, 0, 1).data(4);
        bytes[4] = 2;
        try (GgufFile file = GgufFile.open(write(bytes))) {
            assertThat(file.version()).isEqualTo(2);
        }
        bytes[4] = 1;
        refused(bytes, "it has version 1, and 2 and 3 are read");
        bytes[4] = 0;
        bytes[7] = 3;
        refused(bytes, "it has version 50331648 in big-endian order");
        bytes[0] = 'g';
        refused(bytes, "it does not begin with GGUF");
        refused(new byte[0], "it does not begin with GGUF");
    }

    @Test
    void tensorsWithoutElementsAndDimensionsAreRead() throws IOException {
        GgufBytes bytes = GgufBytes.file(2, 0).tensor("none", F32, 0, 0, 5).tensor("one", F32, 0);
        try (GgufFile file = GgufFile.open(write(bytes.data(4)))) {
            assertThat(file.tensor("none").toTensor().shape()).containsExactly(5, 0);
            assertThat(file.tensor("one").toTensor().rank()).isZero();
        }
    }

    @Test
    void countsAreRefusedBeforeMemoryIsTaken() throws IOException {
        refused(GgufBytes.file(-1, 0), "it claims 18446744073709551615 tensors, the limit is 131072");
        refused(GgufBytes.file(100_000, 0), "it claims 100000 tensors, and has 80 bytes for them");
        refused(GgufBytes.file(0, 1L << 40), "it claims 1099511627776 metadata keys");
        refused(GgufBytes.file(0, 1).u64(1L << 62), "bytes of a metadata key, the limit is 65535");
        refused(GgufBytes.file(0, 1).text("k").u32(STRING).u64(1 << 23), "it claims 8388608 bytes of k, and has");
        refused(GgufBytes.file(0, 1).text("k").u32(LIST).u32(U8).u64(Long.MIN_VALUE), "values of k, the limit is");
        refused(GgufBytes.file(0, 1).text("k").u32(LIST).u32(STRING).u64(4_000_000), "it claims 4000000 values of k");
        GgufBytes nested = GgufBytes.file(0, 1).text("k").u32(LIST);
        for (int i = 0; i < 5; i++) {
            nested.u32(LIST).u64(1);
        }
        refused(nested, "k nests more than 4 lists");
    }

    @Test
    void metadataIsChecked() throws IOException {
        refused(GgufBytes.file(0, 1).text("k").u32(13), "k has a value of type 13");
        refused(GgufBytes.file(0, 1).text("k").u32(LIST).u32(-1).u64(0), "k has a value of type 4294967295");
        refused(GgufBytes.file(0, 1).text("k").u32(7).u8(2), "k has the truth value 2");
        refused(
                GgufBytes.file(0, 2).text("k").u32(U8).u8(1).text("k").u32(U8).u8(1),
                "it has the metadata key k twice");
        refused(GgufBytes.file(0, 1).u64(1).u8(0xff).u32(U8).u8(1), "a metadata key is not UTF-8");
        refused(
                GgufBytes.file(0, 1).text("general.alignment").u32(U32).u32(24),
                "its alignment is 24, not a power of two");
        refused(
                GgufBytes.file(0, 1).text("split.count").u32(U32).u32(4),
                "it is one of 4 parts of a model, which llama-gguf-split --merge joins");
        try (GgufFile file = GgufFile.open(
                write(GgufBytes.file(0, 1).text("k").u32(STRING).text("x").bytes()))) {
            assertThatThrownBy(() -> file.metadata().integer("k", 0))
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("k is a String, not a whole number of 64 bits");
            assertThatThrownBy(() -> file.metadata().texts("k")).hasMessageContaining("k is a String, not a list");
        }
    }

    @Test
    void aLongTextCrossesThePieces() throws IOException {
        String text = "0123456789abcde\u00e9".repeat(30_000);
        GgufBytes bytes = GgufBytes.file(0, 3)
                .text("a")
                .u32(STRING)
                .text(text)
                .text("b")
                .u32(STRING)
                .text(text.substring(0, 60_000))
                .text("c")
                .u32(STRING)
                .text(text.substring(1, 50_000));
        try (GgufFile file = GgufFile.open(write(bytes.bytes()))) {
            assertThat(file.metadata().text("a", null)).isEqualTo(text);
            assertThat(file.metadata().text("b", null)).isEqualTo(text.substring(0, 60_000));
            assertThat(file.metadata().text("c", null)).isEqualTo(text.substring(1, 50_000));
        }
    }

    @Test
    void tensorsLieInTheFileAndApart() throws IOException {
        refused(one(F32, 0, 17), "tensor a of 68 bytes begins at byte 0 of the data, which have 64");
        refused(one(F32, 96, 1), "begins at byte 96 of the data, which have 64");
        refused(one(F32, 4, 1), "begins at byte 4 of the data, not at a multiple of 32");
        refused(one(F32, -32, 1), "begins at byte 18446744073709551584");
        refused(one(Q8_0, 0, 33), "tensor a has rows of 33, and a block of Q8_0 has 32");
        refused(one(Q8_0, 0, 16, 2), "tensor a has rows of 16");
        refused(one(F32, 0, 1, 1, 1, 1, 1), "tensor a has 5 dimensions, the limit is 4");
        refused(one(F32, 0, 1L << 33), "tensor a has a dimension of 8589934592");
        refused(one(F32, 0, 1 << 30, 1 << 30, 1 << 30), "tensor a has too many elements");
        refused(one(F32, 0, 1 << 30, 1 << 30, 0, 1 << 30), "tensor a has too many elements");
        refused(one(16, 0, 256), "tensor a is of ggml type 16. Supported are F32, F16, Q4_0,");
        refused(
                GgufBytes.file(2, 0).tensor("a", F32, 0, 9).tensor("b", F32, 32, 1),
                "tensor b begins at byte 32 of the data, not at 36 or after: tensors overlap");
        refused(GgufBytes.file(2, 0).tensor("a", F32, 0, 1).tensor("a", F32, 32, 1), "it has the tensor a twice");
    }

    @Test
    void aTensorOverTwoGibibytesIsRefused() throws IOException {
        Path path = write(one(Q8_0, 0, 1 << 16, 1 << 15).data(0));
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.setLength(3L << 30);
        }
        assertThatThrownBy(() -> GgufFile.open(path))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("tensor a cannot be used: it takes 2281701376 bytes, and one mapping holds"
                        + " 2147483647. Export the model with smaller tensors");
    }

    @Test
    void aFileCutAnywhereIsRefused() throws IOException {
        byte[] bytes = WeightFileGoldenTest.bytes("types.gguf");
        for (int length = 0; length < bytes.length - 32; length += 97) {
            Path path = write(Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> GgufFile.open(path)).isInstanceOf(AthanorException.class);
        }
        assertThatThrownBy(() -> GgufFile.open(folder.resolve("no-such.gguf")))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("the file cannot be opened");
        assertThatThrownBy(() -> GgufFile.open(folder)).isInstanceOf(AthanorException.class);
    }

    @Test
    void aFileThatShrinksBeforeATensorIsMappedIsRefused() throws IOException {
        Path path = write(one(F32, 0, 16).data(64));
        try (GgufFile file = GgufFile.open(path);
                RandomAccessFile cut = new RandomAccessFile(path.toFile(), "rw")) {
            cut.setLength(100);
            assertThatThrownBy(() -> file.tensor("a").bytes())
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("it was cut short while it was open");
        }
    }
}
