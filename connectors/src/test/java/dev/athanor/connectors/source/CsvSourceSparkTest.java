package dev.athanor.connectors.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvSourceSparkTest {
    private final SparkSession spark = LocalSession.spark();

    @TempDir
    Path folder;

    @Test
    void readsAHeaderAndInfersTypes() throws IOException {
        String file = write("people.csv", "name,age,born,score\nAnn,31,1994-02-01,0.5\nBob,,1990-07-30,1e3\n");
        Source source = DataSource.open(spark, SourceSpec.input(file));
        assertThat(source.format()).isEqualTo(SourceFormat.CSV);
        assertThat(source.version()).isEqualTo(-1);
        assertThat(source.name()).isEqualTo(file);
        assertThat(source.rows().schema().toDDL()).isEqualTo("name STRING,age INT,born DATE,score DOUBLE");
        List<Row> rows = source.rows().collectAsList();
        assertThat(rows).hasSize(2);
        assertThat(rows.get(1).isNullAt(1)).isTrue();
        assertThat(rows.get(1).getDouble(3)).isEqualTo(1000.0);
    }

    @Test
    void readsCellsWithQuotesLineBreaksAndBackslashes() throws IOException {
        String file =
                write("quoted.csv", "id,text\n1,\"two\nlines, one cell\"\n2,\"she said \"\"no\"\" \\\"\n3,plain\n");
        List<Row> rows = DataSource.read(spark, SourceSpec.input(file)).collectAsList();
        assertThat(rows)
                .extracting(r -> r.getString(1))
                .containsExactly("two\nlines, one cell", "she said \"no\" \\", "plain");
        assertThat(rows).extracting(r -> r.getInt(0)).containsExactly(1, 2, 3);
    }

    @Test
    void namesTheColumnsOfAHeaderlessFile() throws IOException {
        String file = write("raw.csv", "1,2.5,x\n2,3.5,y\n");
        Dataset<Row> rows = DataSource.read(spark, spec(file, Map.of(), "a", "b.c", "d e"));
        assertThat(rows.columns()).containsExactly("a", "b.c", "d e");
        assertThat(rows.count()).isEqualTo(2);
        assertThat(rows.schema().fields()[1].dataType().sql()).isEqualTo("DOUBLE");
    }

    @Test
    void columnsThatRepeatTheHeaderDoNotTurnItIntoARow() throws IOException {
        String file = write("named.csv", "a,b\n1,2\n3,4\n");
        assertThat(DataSource.read(spark, spec(file, Map.of(), "A", "b")).count())
                .isEqualTo(2);
        assertThat(DataSource.read(spark, spec(file, Map.of("header", "true"), "x", "y"))
                        .columns())
                .containsExactly("x", "y");
    }

    @Test
    void aHeaderlessFileWithoutColumnsIsAnError() throws IOException {
        String file = write("raw.csv", "3,Fears for pensions,Unions\n4,Race is on,A second team\n");
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(file)))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot read " + file
                        + ": it has no header line: its first line holds values, not names (3, Fears for pensions, Unions)."
                        + " Name its 3 columns with --columns a,b,c, or say --option header=true if that line is the header,"
                        + " or --option header=false to call them _c0 to _c2.");
        assertThat(DataSource.read(spark, spec(file, Map.of("header", "false"))).columns())
                .containsExactly("_c0", "_c1", "_c2");
    }

    @Test
    void aQuoteThatIsNotClosedIsAnError() throws IOException {
        String text = "id,text\n1,\"never closed\n2,b\n3,c\n";
        String file = write("open.csv", text);
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(file)))
                .hasMessage("Cannot read " + file
                        + ": the quote that opens a cell in line 2 of open.csv is not closed, and the lines after it would"
                        + " be read as part of that cell. Close it, double it where it is part of a text, or say"
                        + " --option quote= if quotes mean nothing in this file.");
        assertThat(DataSource.read(spark, spec(file, Map.of("quote", ""))).collectAsList())
                .extracting(r -> r.getString(1))
                .containsExactly("\"never closed", "b", "c");
        Path zipped = folder.resolve("open.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(zipped.toString())))
                .hasMessageContaining("in line 2 of open.csv.gz is not closed");
    }

    @Test
    void anotherSeparatorThanTheCommaIsSeen() throws IOException {
        String semicolons = write("semi.csv", "a;b;c, d\n1;2;3\n");
        assertThat(DataSource.read(spark, SourceSpec.input(semicolons)).columns())
                .hasSize(2);
        String plain = write("plain.csv", "a;b;c\n1;2;3\n");
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(plain)))
                .hasMessage("Cannot read " + plain
                        + ": split at ',' it has one column, and its first line (a;b;c) looks split at ';'."
                        + " Give the separator with --option sep=';', or with --option sep=, if it is one column.");
        assertThat(DataSource.read(spark, spec(plain, Map.of("sep", ";"))).columns())
                .containsExactly("a", "b", "c");
        assertThat(DataSource.read(spark, spec(plain, Map.of("sep", ","))).columns())
                .containsExactly("a;b;c");
        String tabs = write("tabs.csv", "a\tb\n1\t2\n");
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(tabs)))
                .hasMessageContaining("(a\\tb) looks split at tabs. Give the separator with --option sep='\\t'");
        assertThat(DataSource.read(spark, spec(tabs, Map.of("sep", "\\t"))).columns())
                .containsExactly("a", "b");
        String commas = write("commas.tsv", "a,b\n1,2\n");
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(commas)))
                .hasMessageContaining("split at tabs it has one column, and its first line (a,b) looks split at ','");
        String one = write("one.csv", "text\nx;y\n");
        assertThat(DataSource.read(spark, SourceSpec.input(one)).columns()).containsExactly("text");
    }

    @Test
    void aNameTwiceInTheHeaderIsAnError() throws IOException {
        String file = write("twice.csv", "a,b,A\n1,2,3\n");
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(file)))
                .hasMessage("Cannot read " + file
                        + ": its header line names both 'a' and 'A', and Spark compares names without case."
                        + " Name its 3 columns with --columns a,b,c and --option header=true.");
        assertThat(DataSource.read(spark, spec(file, Map.of("header", "true"), "x", "y", "z"))
                        .columns())
                .containsExactly("x", "y", "z");
    }

    @Test
    void columnsMustFitTheFile() throws IOException {
        String file = write("raw.csv", "1,2\n3,4\n");
        assertThatThrownBy(() -> DataSource.read(spark, spec(file, Map.of(), "a", "b", "c")))
                .hasMessage("Cannot name the columns of " + file
                        + ": --columns gives 3 names and the file has 2 columns. Give 2 names.");
        assertThatThrownBy(() -> DataSource.read(spark, spec(file, Map.of(), "a", "A")))
                .hasMessageContaining("--columns names 'A' twice; Spark compares names without case");
        String semicolons = write("semi.csv", "1;2\n3;4\n");
        assertThatThrownBy(() -> DataSource.read(spark, spec(semicolons, Map.of(), "a", "b")))
                .hasMessageContaining("looks split at ';'. Give the separator with --option sep=';'");
        assertThat(DataSource.read(spark, spec(semicolons, Map.of("sep", ";"), "a", "b"))
                        .count())
                .isEqualTo(2);
    }

    @Test
    void readsGzipTsvGlobsFoldersAndOddNames() throws IOException {
        Path gz = folder.resolve("a[1].tsv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gz))) {
            out.write("x\ty\n1\tone\n2\ttwo\n".getBytes(StandardCharsets.UTF_8));
        }
        Dataset<Row> rows = DataSource.read(spark, SourceSpec.input(gz.toString()));
        assertThat(rows.schema().toDDL()).isEqualTo("x INT,y STRING");
        assertThat(rows.count()).isEqualTo(2);
        write("part-1.csv", "x,y\n1,2\n");
        write("part-2.csv", "x,y\n3,4\n");
        assertThat(DataSource.read(spark, SourceSpec.input(folder + "/part-*.csv"))
                        .count())
                .isEqualTo(2);
        Files.delete(gz);
        assertThat(DataSource.read(spark, SourceSpec.input(folder.toString())).count())
                .isEqualTo(2);
    }

    @Test
    void aBrokenGzipSaysSo() throws IOException {
        Path gz = folder.resolve("cut.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gz))) {
            out.write("x,y\n".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 50_000; i++) {
                out.write((i * 31 + "," + Integer.toHexString(i * 7919) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        byte[] bytes = Files.readAllBytes(gz);
        Files.write(gz, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(gz.toString())))
                .isInstanceOf(AthanorException.class)
                .hasMessageStartingWith("Cannot read " + gz + ": its compressed data is broken (")
                .hasMessageEndingWith("). Fetch or write the file again.");
        Files.writeString(gz, "x,y\n1,2\n");
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(gz.toString())))
                .hasMessageStartingWith("Cannot read " + gz + ": its compressed data is broken (");
    }

    @Test
    void missingAndEmptyFilesSaySo() throws IOException {
        write("news.csv", "a\n1\n");
        String wrong = folder + "/nwes.csv";
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(wrong)))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot read " + wrong + ": there is no such file or folder. Did you mean " + folder
                        + "/news.csv.");
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(folder + "/nowhere/x.csv")))
                .hasMessageContaining("there is no folder " + folder + "/nowhere");
        String empty = write("empty.csv", "");
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(empty)))
                .hasMessage("Cannot read " + empty + ": the file is empty. Check that the data was written there.");
        Path none = Files.createDirectory(folder.resolve("none"));
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(none.toString())))
                .hasMessageContaining("the folder holds no data files");
    }

    @Test
    void unknownFormatsAndOptionsGiveTheNearestName() throws IOException {
        String file = write("a.csv", "a;b\n1;2\n");
        assertThatThrownBy(() -> DataSource.read(spark, new SourceSpec(file, null, "cvs", null, null)))
                .hasMessage("Cannot read format 'cvs': it is none of csv, json, parquet, delta, idx, image, text."
                        + " Did you mean 'csv' (--format).");
        assertThatThrownBy(() -> DataSource.read(spark, spec(file, Map.of("delimeter", ";"))))
                .hasMessage("Cannot use option 'delimeter': the csv reader has no such option."
                        + " Did you mean --option delimiter=;.");
        String odd = write("a.xyz", "\0\1\2\3");
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(odd)))
                .hasMessageContaining(
                        "neither its name nor its content tells the format. Say it with --format csv|json|");
        assertThatThrownBy(() -> new SourceSpec(" ", null, null, null, null))
                .hasMessageContaining("neither --input nor --table is given");
        assertThatThrownBy(() -> new SourceSpec("a", "b", null, null, null))
                .hasMessageContaining("both --input a and --table b are given");
    }

    @Test
    void readsRealNews() {
        Path file = SharedData.file("ag_news/train.csv.gz");
        assumeTrue(file != null, "shared/data/ag_news is absent");
        Dataset<Row> rows = DataSource.read(spark, spec(file.toString(), Map.of(), "class", "title", "description"));
        assertThat(rows.schema().toDDL()).isEqualTo("class INT,title STRING,description STRING");
        assertThat(rows.count()).isEqualTo(6000);
        assertThat(rows.filter("class < 1 or class > 4 or title is null or description is null")
                        .count())
                .isZero();
    }

    @Test
    void aWholeNumberInAFoldersNameIsAColumnOfItsOwn() throws IOException {
        Path part = Files.createDirectories(folder.resolve("parts/region=eu/month=1"));
        Files.writeString(part.resolve("f.csv"), "x,label\n1.5,a\n2.5,b\n");
        Source named =
                DataSource.open(spark, SourceSpec.input(folder.resolve("parts").toString()));
        assertThat(named.rows().schema().toDDL()).isEqualTo("x DOUBLE,label STRING,region STRING,month INT");
        assertThat(named.rows().where("x = 2.5 AND label = 'b' AND month = 1").count())
                .isEqualTo(1);
        Files.writeString(part.resolve("f.csv"), "1.5,a\n2.5,b\n");
        String parts = folder.resolve("parts").toString();
        assertThat(DataSource.read(spark, spec(parts, Map.of(), "y", "kind")).columns())
                .containsExactly("y", "kind", "region", "month");
        assertThatThrownBy(() -> DataSource.read(spark, spec(parts, Map.of(), "y", "kind", "region", "month")))
                .hasMessageContaining("--columns gives 4 names and the file has 2 columns");
    }

    @Test
    void linesWithAWrongNumberOfCellsCanBeAskedFor() throws IOException {
        String text = "a,b,c\n1,2,x\n3,4\n \n5,6,\"y,\nz\",7\n8,9,w,\n";
        for (String multiLine : List.of("true", "false")) {
            String file =
                    write("cells" + multiLine + ".csv", multiLine.equals("true") ? text : text.replace("\nz", "z"));
            Source source = DataSource.open(spark, spec(file, Map.of("multiLine", multiLine)));
            assertThat(source.cells().expected()).isEqualTo(3);
            List<Row> rows = source.rows(source.rows().schema().add(CsvCells.COLUMN, DataTypes.StringType))
                    .orElseThrow()
                    .collectAsList();
            assertThat(rows)
                    .extracting(r -> r.getString(3))
                    .filteredOn(l -> l != null && !l.isBlank())
                    .containsExactly("3,4", multiLine.equals("true") ? "5,6,\"y,\nz\",7" : "5,6,\"y,z\",7", "8,9,w,");
        }
        String file = write("dropped.csv", text.replace("\n \n", "\n"));
        Source dropped = DataSource.open(spark, spec(file, Map.of("mode", "DROPMALFORMED")));
        assertThat(dropped.cells()).isNull();
        assertThat(dropped.rows().select("a").collectAsList())
                .extracting(r -> r.get(0))
                .containsExactly(1);
    }

    private SourceSpec spec(String file, Map<String, String> options, String... columns) {
        return new SourceSpec(file, null, null, options, List.of(columns));
    }

    private String write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    @Test
    void theLastOfManyFilesIsComparedToo() throws IOException {
        Path named = Files.createDirectory(folder.resolve("named"));
        Path bare = Files.createDirectory(folder.resolve("bare"));
        for (int i = 0; i < 1100; i++) {
            String name = String.format("%04d.csv", i);
            Files.writeString(named.resolve(name), "x,y\n" + i + ",2\n");
            Files.writeString(bare.resolve(name), i + ",\"a,b\"\n");
        }
        assertThat(DataSource.read(spark, SourceSpec.input(named.toString())).count())
                .isEqualTo(1100);
        SourceSpec columns = spec(bare.toString(), Map.of(), "x", "y");
        assertThat(DataSource.read(spark, columns).count()).isEqualTo(1100);
        Files.writeString(named.resolve("1099.csv"), "y,x\n1,2\n");
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(named.toString())))
                .hasMessageContaining("its files have different columns: 0000.csv has x, y, and 1099.csv has y, x.");
        Files.writeString(bare.resolve("1099.csv"), "1,a,b\n");
        assertThatThrownBy(() -> DataSource.read(spark, columns))
                .hasMessageContaining(
                        "its files have different columns: 0000.csv has 2 columns, and 1099.csv has 3 columns.");
    }

    @Test
    void filesOfDifferentColumnsAreNotReadByTheirPlace() throws IOException {
        Path together = Files.createDirectory(folder.resolve("together"));
        Files.writeString(together.resolve("a.csv"), "x,y\n1,2\n");
        Files.writeString(together.resolve("b.csv"), "\"X\", y\n3,4\n");
        assertThat(DataSource.read(spark, SourceSpec.input(together.toString())).count())
                .as("names that differ in quotes, blanks or case only")
                .isEqualTo(2);
        Files.writeString(together.resolve("c.csv"), "y,x\n6,5\n");
        for (String input : List.of(together.toString(), together + "/*.csv")) {
            assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(input)))
                    .isInstanceOf(AthanorException.class)
                    .hasMessage(
                            "Cannot read " + input + ": its files have different columns: a.csv has x, y, and c.csv has"
                                    + " y, x. Name files that have the same columns with --input.");
        }
        Files.writeString(together.resolve("c.csv"), "7,8,9\n");
        assertThatThrownBy(() -> DataSource.read(
                        spark, new SourceSpec(together.toString(), null, null, Map.of("header", "false"), List.of())))
                .hasMessageContaining("a.csv has 2 columns, and c.csv has 3 columns");
    }
}
