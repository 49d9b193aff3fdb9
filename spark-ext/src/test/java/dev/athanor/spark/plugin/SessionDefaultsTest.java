package dev.athanor.spark.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Tuple2;

class SessionDefaultsTest {
    @TempDir
    static Path folder;

    private static SparkConf applied(String... settings) {
        SparkConf conf = new SparkConf(false);
        if (!List.of(settings).contains("spark.sql.warehouse.dir")
                && !List.of(settings).contains("x")) {
            conf.set("spark.athanor.warehouse", folder.toString());
        }
        for (int i = 0; i < settings.length; i += 2) {
            conf.set(settings[i], settings[i + 1]);
        }
        new SessionDefaults(conf, new Configuration(false)).apply();
        return conf;
    }

    @Test
    void theExtensionsOfTheUserComeFirstAndOnce() {
        assertThat(applied("spark.sql.extensions", "com.acme.Ext, " + SessionDefaults.DELTA_EXTENSION)
                        .get("spark.sql.extensions"))
                .isEqualTo("com.acme.Ext," + SessionDefaults.DELTA_EXTENSION + "," + AthanorExtensions.class.getName());
    }

    @Test
    void theWarehouseIsSparksOrOneInTheCurrentFolder() {
        assertThat(applied(SessionDefaults.SESSION_CATALOG, "x").get("spark.athanor.warehouse"))
                .startsWith("file:/")
                .endsWith("/athanor-warehouse");
        assertThat(applied(SessionDefaults.SESSION_CATALOG, "x", "spark.sql.warehouse.dir", "/data/house")
                        .get("spark.athanor.warehouse"))
                .isEqualTo("file:/data/house");
        assertThat(applied(
                                SessionDefaults.SESSION_CATALOG,
                                "x",
                                "spark.sql.warehouse.dir",
                                "/data/house",
                                "spark.athanor.warehouse",
                                "/data/ours")
                        .get("spark.athanor.warehouse"))
                .isEqualTo("file:/data/ours");
        assertThatThrownBy(() -> applied("spark.athanor.warehouse", "nosuchfs://host/x"))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("Cannot use the warehouse nosuchfs://host/x");
    }

    @Test
    void aConfiguredCatalogStays() {
        assertThat(applied(SessionDefaults.SESSION_CATALOG, "io.unitycatalog.spark.UCSingleCatalog")
                        .get(SessionDefaults.SESSION_CATALOG))
                .isEqualTo("io.unitycatalog.spark.UCSingleCatalog");
        SparkConf hive = applied("spark.sql.catalogImplementation", "hive");
        assertThat(hive.get(SessionDefaults.SESSION_CATALOG)).isEqualTo(SessionDefaults.DELTA_CATALOG);
        // Where tables lie and what they are is then for hive-site.xml and Spark's own defaults to say.
        for (String key : List.of(
                SessionDefaults.SPARK_WAREHOUSE,
                "spark.sql.sources.default",
                "spark.sql.hive.manageFilesourcePartitions")) {
            assertThat(hive.contains(key)).as(key).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spark.x.api.key",
                "SPARK_API_KEY",
                "spark.x.apiKey",
                "spark.x.credentials",
                "spark.http.Authorization",
                "spark.x.password",
                "my.Secret",
                "fs.s3a.access.key",
                "x.private-key"
            })
    void secretsAreRedacted(String key) {
        assertThat(Pattern.compile(applied().get("spark.redaction.regex"))
                        .matcher(key)
                        .find())
                .isTrue();
    }

    @Test
    void theRedactionOfTheUserIsExtendedNotReplaced() {
        Pattern pattern =
                Pattern.compile(applied("spark.redaction.regex", "salary").get("spark.redaction.regex"));
        assertThat(pattern.matcher("salary").find()).isTrue();
        assertThat(pattern.matcher("SALARY").find()).isFalse();
        assertThat(pattern.matcher("x.API-KEY").find()).isTrue();
        assertThat(pattern.matcher("spark.athanor.kernels").find()).isFalse();
    }

    @Test
    void onlyLocalModeGetsFewPartitions() {
        assertThat(applied("spark.master", "local[2]").get("spark.sql.shuffle.partitions"))
                .isEqualTo("4");
        assertThat(applied("spark.master", "local[16]").get("spark.sql.shuffle.partitions"))
                .isEqualTo("16");
        assertThat(applied("spark.master", "local[2]", "spark.sql.shuffle.partitions", "9")
                        .get("spark.sql.shuffle.partitions"))
                .isEqualTo("9");
        assertThat(applied("spark.master", "spark://host:7077").contains("spark.sql.shuffle.partitions"))
                .isFalse();
        assertThat(applied("spark.master", "local-cluster[2,1,1024]").contains("spark.sql.shuffle.partitions"))
                .isFalse();
    }

    @Test
    void localCommitsAreAtomicUnlessTheUserChoseAStore() {
        assertThat(applied().get("spark.delta.logStore.file.impl")).endsWith("AtomicLocalLogStore");
        assertThat(applied("spark.delta.logStore.class", "com.acme.Store").contains("spark.delta.logStore.file.impl"))
                .isFalse();
    }

    @Test
    void theWarehouseIsTheCatalogWhereNoneIsConfigured(@TempDir Path folder) {
        Path house = folder.resolve("house");
        SparkConf conf = applied("spark.athanor.warehouse", house.toString());
        assertThat(conf.get(SessionDefaults.SESSION_CATALOG)).endsWith(".WarehouseCatalog");
        assertThat(conf.get(SessionDefaults.ATHANOR_CATALOG)).endsWith(".AthanorCatalog");
        assertThat(conf.get("spark.sql.warehouse.dir")).isEqualTo("file:" + house);
        assertThat(conf.get("spark.sql.sources.default")).isEqualTo("delta");
        assertThat(house).isDirectory();
    }

    @Test
    void aWarehouseThatCannotBeMadeStopsTheStart(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() ->
                        applied("spark.athanor.warehouse", file.resolve("house").toString()))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("Cannot make the warehouse file:" + file.resolve("house"))
                .hasMessageContaining("Choose a folder this user may write to");
    }

    /** Rows of the table in {@code conf/CONFIG.md}: key, value, when, where the user set it. */
    private static List<String[]> page() throws IOException {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("conf/CONFIG.md"))) {
            here = here.getParent();
        }
        String text = Files.readString(here.resolve("conf/CONFIG.md"));
        return text.substring(text.indexOf("## What the plugin sets"))
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(2, line.length() - 2).split(" \\| "))
                .toList();
    }

    private static String plain(String cell) {
        return cell.replace("`", "");
    }

    private static Set<String> keys(SparkConf conf) {
        return Stream.of(conf.getAll()).map(Tuple2::_1).collect(Collectors.toSet());
    }

    @Test
    void thePageNamesWhatIsSetAndWhen() throws IOException {
        Set<String> always = new HashSet<>();
        Set<String> withFolder = new HashSet<>();
        Set<String> local = new HashSet<>();
        for (String[] row : page()) {
            Set<String> group =
                    switch (row[2]) {
                        case "local mode" -> local;
                        case "the warehouse folder is the catalog" -> withFolder;
                        default -> always;
                    };
            group.add(plain(row[0]));
        }
        Set<String> expected = new HashSet<>(always);
        SparkConf hive = applied("spark.sql.catalogImplementation", "hive");
        hive.remove("spark.sql.catalogImplementation");
        assertThat(keys(hive)).isEqualTo(expected);
        expected.addAll(withFolder);
        assertThat(keys(applied())).isEqualTo(expected);
        expected.addAll(local);
        SparkConf conf = applied("spark.master", "local[2]");
        conf.remove("spark.master");
        assertThat(keys(conf)).isEqualTo(expected);
        for (String[] row : page()) {
            if (row[1].matches("`[^`]*`")) {
                assertThat(conf.get(plain(row[0]))).as(row[0]).isEqualTo(plain(row[1]));
            }
        }
    }

    @Test
    void thePageSaysWhatBecomesOfTheUsersSettings() throws IOException {
        for (String[] row : page()) {
            String key = plain(row[0]);
            String mine = key.equals("spark.athanor.warehouse")
                    ? folder.resolve("mine").toString()
                    : "9";
            String after = applied("spark.master", "local[2]", key, mine).get(key);
            if (row[3].equals("stays")) {
                assertThat(after).as(key).isEqualTo(mine);
            } else {
                assertThat(after).as(key).contains(mine).isNotEqualTo(mine);
            }
        }
    }

    @Test
    void anUnknownKeyStopsTheStart() {
        assertThatThrownBy(() -> applied("spark.athanor.warehous", "/x"))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("Did you mean 'spark.athanor.warehouse'?");
    }
}
