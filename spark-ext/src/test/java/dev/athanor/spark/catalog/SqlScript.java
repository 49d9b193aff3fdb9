package dev.athanor.spark.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of SQL statements with what each must give: {@code --> cell | cell} for each row (in any order), {@code --! text}
 * for a part of an error's message, nothing for a statement whose result does not matter; {@code --> (none)} for no rows.
 */
record SqlScript(String name, List<Step> steps) {
    record Step(int line, String statement, List<String> rows, String error) {
        @Override
        public String toString() {
            return line + ": " + statement;
        }
    }

    static SqlScript read(String name) {
        List<Step> steps = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        List<String> rows = null;
        String error = null;
        String pending = null;
        int at = 0;
        int line = 0;
        for (String text : (text(name) + "\n--end").lines().toList()) {
            line++;
            if (text.startsWith("--> ")) {
                rows = rows == null ? new ArrayList<>() : rows;
                if (!text.equals("--> (none)")) {
                    rows.add(text.substring(4).strip());
                }
            } else if (text.startsWith("--! ")) {
                error = text.substring(4).strip();
            } else if (!text.startsWith("-- ") && !text.isBlank()) {
                if (pending != null) {
                    steps.add(new Step(at, pending, rows, error));
                    pending = null;
                    rows = null;
                    error = null;
                }
                statement.append(statement.isEmpty() ? "" : "\n").append(text);
                if (text.strip().endsWith(";")) {
                    pending = statement.substring(0, statement.lastIndexOf(";"));
                    statement.setLength(0);
                    at = line;
                }
            }
        }
        return new SqlScript(name, List.copyOf(steps));
    }

    private static String text(String name) {
        try (InputStream in = SqlScript.class.getResourceAsStream("/sql/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("no such file: sql/" + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
