package dev.athanor.spark.internal.catalyst.catalog;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.job.Job;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.ProcedureCatalog;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.catalog.TableWritePrivilege;
import org.apache.spark.sql.connector.catalog.procedures.UnboundProcedure;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The catalog {@code athanor}: jobs as procedures, and the platform's tables, which lie in the database {@code athanor} of
 * the session catalog. {@code dev.athanor.spark.catalog.AthanorCatalog} is the name under which Spark knows it.
 */
public abstract class PlatformCatalog implements TableCatalog, ProcedureCatalog {
    private static final String[] PLATFORM = {WarehouseTables.PLATFORM};

    private final ProcedureRunner runner;
    private String name = "athanor";

    /** @param runner runs the jobs that are called */
    protected PlatformCatalog(ProcedureRunner runner) {
        this.runner = runner;
    }

    /** The jobs that are procedures. */
    protected abstract List<Job<?, ?>> jobs();

    @Override
    public void initialize(String catalogName, CaseInsensitiveStringMap options) {
        this.name = catalogName;
    }

    @Override
    public String name() {
        return name;
    }

    // ---- procedures --------------------------------------------------------------------------------------------

    @Override
    public UnboundProcedure loadProcedure(Identifier ident) {
        Map<String, Job<?, ?>> known = new TreeMap<>();
        for (Job<?, ?> job : jobs()) {
            job.procedure().ifPresent(procedure -> known.put(procedure, job));
        }
        String wanted = ident.name().toLowerCase(Locale.ROOT);
        Job<?, ?> job = ident.namespace().length == 0 ? known.get(wanted) : null;
        return job == null ? new UnknownProcedure(wanted, known.keySet()) : new JobProcedure(wanted, job, runner);
    }

    // ---- tables ------------------------------------------------------------------------------------------------

    @Override
    public Identifier[] listTables(String[] namespace) throws NoSuchNamespaceException {
        if (namespace.length > 0) {
            throw new NoSuchNamespaceException(namespace);
        }
        // The session catalog lists the user's temporary views with every database; theirs is none.
        return Arrays.stream(session().listTables(PLATFORM))
                .filter(ident -> ident.namespace().length > 0)
                .map(ident -> Identifier.of(namespace, ident.name()))
                .toArray(Identifier[]::new);
    }

    @Override
    public Table loadTable(Identifier ident) throws NoSuchTableException {
        if (ident.namespace().length > 0) {
            throw new NoSuchTableException(ident);
        }
        return session().loadTable(inSession(ident));
    }

    @Override
    public Table loadTable(Identifier ident, Set<TableWritePrivilege> writes) {
        throw refused("write to", ident);
    }

    @Override
    public Table loadTable(Identifier ident, String version) throws NoSuchTableException {
        return session().loadTable(inSession(ident), version);
    }

    @Override
    public Table loadTable(Identifier ident, long timestamp) throws NoSuchTableException {
        return session().loadTable(inSession(ident), timestamp);
    }

    @Override
    public boolean tableExists(Identifier ident) {
        return ident.namespace().length == 0 && session().tableExists(inSession(ident));
    }

    @Override
    public void invalidateTable(Identifier ident) {
        session().invalidateTable(inSession(ident));
    }

    @Override
    public Table createTable(
            Identifier ident, Column[] columns, Transform[] partitions, Map<String, String> properties) {
        throw refused("create", ident);
    }

    @Override
    public Table alterTable(Identifier ident, TableChange... changes) {
        throw refused("alter", ident);
    }

    @Override
    public boolean dropTable(Identifier ident) {
        throw refused("drop", ident);
    }

    @Override
    public void renameTable(Identifier from, Identifier to) {
        throw refused("rename", from);
    }

    private AthanorException refused(String verb, Identifier ident) {
        return PlatformGuard.refused(verb, ident.name(), "catalog", name);
    }

    private static Identifier inSession(Identifier ident) {
        return Identifier.of(PLATFORM, ident.name());
    }

    private static TableCatalog session() {
        return (TableCatalog) ((org.apache.spark.sql.classic.SparkSession) SparkSession.active())
                .sessionState()
                .catalogManager()
                .v2SessionCatalog();
    }
}
