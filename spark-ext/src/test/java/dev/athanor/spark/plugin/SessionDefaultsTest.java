package dev.athanor.spark.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionDefaultsTest {
    private static SparkConf applied(String... settings) {
        SparkConf conf = new SparkConf(false);
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
        assertThat(applied().get("spark.athanor.warehouse"))
                .startsWith("file:/")
                .endsWith("/athanor-warehouse");
        assertThat(applied("spark.sql.warehouse.dir", "/data/house").get("spark.athanor.warehouse"))
                .isEqualTo("file:/data/house");
        assertThat(applied("spark.sql.warehouse.dir", "/data/house", "spark.athanor.warehouse", "/data/ours")
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
        assertThat(applied("spark.sql.catalogImplementation", "hive").get(SessionDefaults.SESSION_CATALOG))
                .isEqualTo(SessionDefaults.DELTA_CATALOG);
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
    void anUnknownKeyStopsTheStart() {
        assertThatThrownBy(() -> applied("spark.athanor.warehous", "/x"))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("Did you mean 'spark.athanor.warehouse'?");
    }
}
