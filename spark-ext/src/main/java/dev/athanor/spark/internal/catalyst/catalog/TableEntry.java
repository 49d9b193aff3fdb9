package dev.athanor.spark.internal.catalyst.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.catalyst.catalog.BucketSpec;
import org.apache.spark.sql.catalyst.catalog.CatalogStorageFormat;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.catalog.CatalogTableType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A view or table as its entry file says it, in JSON: what Spark needs to resolve the name, and nothing that runs.
 *
 * @param format 1, the version of this file's layout
 * @param type {@code VIEW}, {@code EXTERNAL} or {@code MANAGED}
 * @param provider data source of a table; null for a view
 * @param location folder of a table, in the file relative to the warehouse; null for a view
 * @param schema columns, in Spark's JSON form
 * @param partitionColumns names, in order
 * @param buckets bucketing, or null
 * @param options options of the data source
 * @param properties table or view properties
 * @param viewText query of a view; null for a table
 * @param viewOriginalText the query as the user wrote it
 * @param comment or null
 * @param collation or null
 * @param owner user who made it
 * @param createdAt milliseconds since 1970
 * @param sparkVersion version of Spark that made it
 */
record TableEntry(
        int format,
        String type,
        String provider,
        String location,
        String schema,
        List<String> partitionColumns,
        Buckets buckets,
        Map<String, String> options,
        Map<String, String> properties,
        String viewText,
        String viewOriginalText,
        String comment,
        String collation,
        String owner,
        long createdAt,
        String sparkVersion) {

    TableEntry {
        options = options == null ? Map.of() : options;
        properties = properties == null ? Map.of() : properties;
    }

    /** Bucketing of a table. */
    record Buckets(int number, List<String> columns, List<String> sortColumns) {
        BucketSpec toSpec() {
            return new BucketSpec(
                    number,
                    CollectionConverters.asScala(columns).toSeq(),
                    CollectionConverters.asScala(sortColumns).toSeq());
        }
    }

    private static final int FORMAT = 1;
    private static final String STAMP = "athanor.entry";
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:");
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    static TableEntry of(CatalogTable table) {
        return new TableEntry(
                FORMAT,
                table.tableType().name(),
                orNull(table.provider()),
                table.storage().locationUri().isDefined()
                        ? table.storage().locationUri().get().toString()
                        : null,
                table.schema().json(),
                CollectionConverters.asJava(table.partitionColumnNames()),
                table.bucketSpec().isDefined() ? buckets(table.bucketSpec().get()) : null,
                sorted(table.storage().properties()),
                sorted(table.properties()),
                orNull(table.viewText()),
                orNull(table.viewOriginalText()),
                orNull(table.comment()),
                orNull(table.collation()),
                table.owner(),
                table.createTime(),
                table.createVersion());
    }

    /** @throws AthanorException when the file is not an entry */
    static TableEntry read(byte[] json, String name) {
        try {
            TableEntry entry = JSON.readValue(json, TableEntry.class);
            if (entry.format != FORMAT || entry.type == null || entry.schema == null) {
                throw new IOException("it has format " + entry.format + ", and this version reads format " + FORMAT);
            }
            return entry;
        } catch (IOException e) {
            throw new AthanorException(
                    "Cannot read the catalog entry of " + name,
                    "the file is not a valid entry: "
                            + e.getMessage().lines().findFirst().orElse(""),
                    "Restore the file _catalog/NAME.json of the database's folder, or delete it and create the table or"
                            + " view again",
                    e);
        }
    }

    /** Where Spark may look for its rows: its location, and the option that stands in for it. */
    List<String> places() {
        List<String> places = new ArrayList<>();
        if (location != null) {
            places.add(location);
        }
        options.forEach((key, value) -> {
            if (value != null && key.equalsIgnoreCase("path")) {
                places.add(value);
            }
        });
        return places;
    }

    /** The same with places in the warehouse written relative to it, so that it may be moved and copied. */
    TableEntry relativeTo(Path root) {
        return withPlaces(
                place -> below(root.toUri() + Path.SEPARATOR, place), place -> below(root + Path.SEPARATOR, place));
    }

    /** The same with its relative places taken from the warehouse. */
    TableEntry absoluteIn(Path root) {
        return withPlaces(
                place -> isRelative(place) ? root.toUri() + Path.SEPARATOR + place : place,
                place -> isRelative(place) ? root + Path.SEPARATOR + place : place);
    }

    private static String below(String root, String place) {
        return place.startsWith(root) ? place.substring(root.length()) : place;
    }

    private static boolean isRelative(String place) {
        return !place.startsWith(Path.SEPARATOR) && !SCHEME.matcher(place).lookingAt();
    }

    /** Spark takes the location as a URI and an option as a path. */
    private TableEntry withPlaces(UnaryOperator<String> uri, UnaryOperator<String> path) {
        Map<String, String> placed = new TreeMap<>(options);
        placed.replaceAll((key, value) -> value != null && key.equalsIgnoreCase("path") ? path.apply(value) : value);
        return new TableEntry(
                format,
                type,
                provider,
                location == null ? null : uri.apply(location),
                schema,
                partitionColumns,
                buckets,
                placed,
                properties,
                viewText,
                viewOriginalText,
                comment,
                collation,
                owner,
                createdAt,
                sparkVersion);
    }

    byte[] toJson() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same in Spark's terms; the stamp tells later whether the file changed since. */
    CatalogTable toTable(TableIdentifier identifier, String stamp) {
        CatalogTableType tableType =
                switch (type) {
                    case "VIEW" -> CatalogTableType.VIEW();
                    case "EXTERNAL" -> CatalogTableType.EXTERNAL();
                    default -> CatalogTableType.MANAGED();
                };
        return table(
                identifier,
                tableType,
                new CatalogStorageFormat(
                        location == null ? Option.empty() : Option.apply(URI.create(location)),
                        Option.empty(),
                        Option.empty(),
                        Option.empty(),
                        false,
                        scalaMap(options)),
                (StructType) DataType.fromJson(schema),
                stamp);
    }

    private CatalogTable table(
            TableIdentifier identifier,
            CatalogTableType tableType,
            CatalogStorageFormat storage,
            StructType columns,
            String stamp) {
        return new CatalogTable(
                identifier,
                tableType,
                storage,
                columns,
                Option.apply(provider),
                CollectionConverters.asScala(partitionColumns).toSeq(),
                buckets == null ? Option.empty() : Option.apply(buckets.toSpec()),
                owner == null ? "" : owner,
                createdAt,
                -1L,
                sparkVersion == null ? "" : sparkVersion,
                scalaMap(properties),
                Option.empty(),
                Option.apply(viewText),
                Option.apply(comment),
                Option.apply(collation),
                CollectionConverters.asScala(List.<String>of()).toSeq(),
                false,
                true,
                scalaMap(Map.of(STAMP, stamp)),
                Option.apply(viewOriginalText));
    }

    TableEntry ofType(String other) {
        return new TableEntry(
                format,
                other,
                provider,
                location,
                schema,
                partitionColumns,
                buckets,
                options,
                properties,
                viewText,
                viewOriginalText,
                comment,
                collation,
                owner,
                createdAt,
                sparkVersion);
    }

    /** The entry of a Delta table that lies where a table of its name does: Delta's log says all else. */
    static CatalogTable delta(TableIdentifier identifier, URI location) {
        return new TableEntry(
                        FORMAT,
                        "MANAGED",
                        "delta",
                        location.toString(),
                        new StructType().json(),
                        List.of(),
                        null,
                        Map.of(),
                        Map.of(),
                        null,
                        null,
                        null,
                        null,
                        "",
                        System.currentTimeMillis(),
                        "")
                .toTable(identifier, "");
    }

    /** The stamp of the file an entry was read from, empty for a Delta folder, null when Spark's own command made it. */
    static String stamp(CatalogTable table) {
        return orNull(table.ignoredProperties().get(STAMP));
    }

    private static Buckets buckets(BucketSpec spec) {
        return new Buckets(
                spec.numBuckets(),
                CollectionConverters.asJava(spec.bucketColumnNames()),
                CollectionConverters.asJava(spec.sortColumnNames()));
    }

    private static <T> T orNull(Option<T> option) {
        return option.isDefined() ? option.get() : null;
    }

    private static Map<String, String> sorted(scala.collection.immutable.Map<String, String> map) {
        return new TreeMap<>(CollectionConverters.asJava(map));
    }

    static scala.collection.immutable.Map<String, String> scalaMap(Map<String, String> map) {
        return scala.collection.immutable.Map.from(CollectionConverters.asScala(map));
    }
}
