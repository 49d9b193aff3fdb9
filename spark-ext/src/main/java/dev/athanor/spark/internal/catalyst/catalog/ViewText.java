package dev.athanor.spark.internal.catalyst.catalog;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.catalog.SessionCatalog;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.internal.SessionState;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The SQL that defines a view of the session catalog, a temporary one too.
 *
 * @param sql null when the view was made of a Dataset
 */
public record ViewText(String sql) {
    /** Empty when {@code name}, written as in SQL, is no view. */
    public static Optional<ViewText> of(SparkSession spark, String name) {
        SessionState state = ((org.apache.spark.sql.classic.SparkSession) spark).sessionState();
        SessionCatalog catalog = state.catalog();
        try {
            List<String> parts = CollectionConverters.asJava(state.sqlParser().parseMultipartIdentifier(name));
            if (parts.size() == 3 && parts.get(0).equals("spark_catalog")) {
                parts = parts.subList(1, 3);
            }
            if (!catalog.isView(CollectionConverters.asScala(parts).toList())) {
                return Optional.empty();
            }
            Option<String> database = parts.size() == 1 ? Option.empty() : Option.apply(parts.get(0));
            CatalogTable view = catalog.getTempViewOrPermanentTableMetadata(
                    new TableIdentifier(parts.get(parts.size() - 1), database));
            return Optional.of(new ViewText(view.viewText().getOrElse(() -> null)));
        } catch (ParseException e) {
            return Optional.empty();
        }
    }
}
