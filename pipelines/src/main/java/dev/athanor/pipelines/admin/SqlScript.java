package dev.athanor.pipelines.admin;

import java.util.ArrayList;
import java.util.List;

/** Splits a script into its statements at semicolons that stand outside texts, quoted names and comments. */
final class SqlScript {
    private SqlScript() {}

    static List<String> statements(String script) {
        List<String> out = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        boolean code = false;
        int i = 0;
        while (i < script.length()) {
            char c = script.charAt(i);
            int end;
            if (c == ';') {
                add(statement, code, out);
                code = false;
                i++;
                continue;
            } else if (c == '\'' || c == '"' || c == '`') {
                end = quoted(script, i);
                code = true;
            } else if (script.startsWith("--", i)) {
                end = script.indexOf('\n', i);
                end = end < 0 ? script.length() : end + 1;
            } else if (script.startsWith("/*", i)) {
                // A hint, /*+ … */, is part of the statement; a comment does no harm there either.
                end = comment(script, i);
            } else {
                code |= !Character.isWhitespace(c);
                end = i + 1;
            }
            statement.append(script, i, end);
            i = end;
        }
        add(statement, code, out);
        return out;
    }

    private static int quoted(String script, int from) {
        char quote = script.charAt(from);
        int i = from + 1;
        while (i < script.length() && script.charAt(i) != quote) {
            i += script.charAt(i) == '\\' && quote != '`' ? 2 : 1;
        }
        return Math.min(script.length(), i + 1);
    }

    private static int comment(String script, int from) {
        int depth = 0;
        int i = from;
        while (i < script.length()) {
            if (script.startsWith("/*", i)) {
                depth++;
                i += 2;
            } else if (script.startsWith("*/", i)) {
                depth--;
                i += 2;
                if (depth == 0) {
                    return i;
                }
            } else {
                i++;
            }
        }
        return script.length();
    }

    private static void add(StringBuilder statement, boolean code, List<String> out) {
        if (code) {
            out.add(statement.toString().strip());
        }
        statement.setLength(0);
    }
}
