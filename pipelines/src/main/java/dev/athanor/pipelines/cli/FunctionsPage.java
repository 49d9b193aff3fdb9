package dev.athanor.pipelines.cli;

import dev.athanor.spark.internal.catalyst.SqlFunctions;
import java.util.List;

/** The reference page of the SQL functions, {@code conf/FUNCTIONS.md}, made from what they say of themselves. */
final class FunctionsPage {
    private FunctionsPage() {}

    static String of(List<SqlFunctions.Description> functions) {
        StringBuilder out = new StringBuilder(
                """
                # SQL functions

                Made from the functions' descriptions; do not edit. Every session with Athanor has them, in views and streams
                too; `DESCRIBE FUNCTION EXTENDED predict` shows the same.
                """);
        for (SqlFunctions.Description f : functions) {
            int dash = f.usage().indexOf(" - ");
            out.append("\n## ").append(f.name()).append("\n\n`");
            out.append(f.usage(), 0, dash).append("`: ");
            out.append(f.usage().substring(dash + 3)).append("\n\n");
            out.append("Nulls and errors: ").append(f.note()).append("\n\n");
            out.append("```\n");
            f.examples().lines().map(String::strip).forEach(line -> out.append(line)
                    .append('\n'));
            out.append("```\n");
        }
        return out.toString();
    }
}
