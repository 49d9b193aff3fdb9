package dev.athanor.spark.internal.catalyst.catalog;

import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.catalyst.analysis.UnresolvedNamespace;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.parser.ParserInterface;
import org.apache.spark.sql.catalyst.plans.logical.CreateNamespace;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Seq;

/**
 * The session's parser, which also makes a table known whose name it reads for an API, and refuses databases whose names
 * could leave the warehouse.
 *
 * <p>{@code DeltaTable.forName} and others of its kind parse a name and look it up in Spark's memory, past the catalog; a
 * table that another process made would not be there. SQL does not come this way.
 */
public final class WarehouseParser implements ParserInterface {
    private final org.apache.spark.sql.classic.SparkSession session;
    private final ParserInterface parser;

    /** @param parser does the parsing */
    public WarehouseParser(SparkSession session, ParserInterface parser) {
        this.session = (org.apache.spark.sql.classic.SparkSession) session;
        this.parser = parser;
    }

    @Override
    public TableIdentifier parseTableIdentifier(String text) throws ParseException {
        TableIdentifier name = parser.parseTableIdentifier(text);
        if (session.sessionState().catalogManager().v2SessionCatalog() instanceof RecordsTables records) {
            String database = name.database().isDefined()
                    ? name.database().get()
                    : session.sessionState().catalog().getCurrentDatabase();
            records.tables().mirror(Identifier.of(new String[] {database}, name.table()));
        }
        return name;
    }

    @Override
    public LogicalPlan parsePlan(String text) throws ParseException {
        LogicalPlan plan = parser.parsePlan(text);
        // Spark first looks for a catalog of the name, and fails over what it is to say of one that is not there.
        if (plan instanceof CreateNamespace create
                && create.name() instanceof UnresolvedNamespace name
                && name.multipartIdentifier().length() == 1
                && session.sessionState().catalogManager().currentCatalog() instanceof RecordsTables) {
            WarehouseFolder.requireName("database", name.multipartIdentifier().head());
        }
        return plan;
    }

    @Override
    public Expression parseExpression(String text) throws ParseException {
        return parser.parseExpression(text);
    }

    @Override
    public FunctionIdentifier parseFunctionIdentifier(String text) throws ParseException {
        return parser.parseFunctionIdentifier(text);
    }

    @Override
    public Seq<String> parseMultipartIdentifier(String text) throws ParseException {
        return parser.parseMultipartIdentifier(text);
    }

    @Override
    public LogicalPlan parseQuery(String text) throws ParseException {
        return parser.parseQuery(text);
    }

    @Override
    public StructType parseRoutineParam(String text) throws ParseException {
        return parser.parseRoutineParam(text);
    }

    @Override
    public StructType parseTableSchema(String text) throws ParseException {
        return parser.parseTableSchema(text);
    }

    @Override
    public DataType parseDataType(String text) throws ParseException {
        return parser.parseDataType(text);
    }
}
