package dev.athanor.pipelines.admin;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/** Turns values of Spark rows into what JSON knows: numbers, texts, lists and maps. */
final class SqlValues {
    private SqlValues() {}

    /** Values by column name; of two columns of one name the second gets {@code _2} appended. */
    static Map<String, Object> row(Row row, List<String> names) {
        Map<String, Object> out = new LinkedHashMap<>();
        for (int i = 0; i < row.length(); i++) {
            out.put(names.get(i), value(row.get(i)));
        }
        return out;
    }

    /** Column names made different from each other. */
    static List<String> distinct(String[] names) {
        List<String> out = new ArrayList<>();
        for (String name : names) {
            String candidate = name;
            for (int n = 2; out.contains(candidate); n++) {
                candidate = name + "_" + n;
            }
            out.add(candidate);
        }
        return out;
    }

    private static Object value(Object value) {
        if (value instanceof Row struct) {
            return row(struct, distinct(struct.schema().fieldNames()));
        }
        if (value instanceof scala.collection.Map<?, ?> map) {
            Map<String, Object> out = new LinkedHashMap<>();
            CollectionConverters.asJava(map).forEach((k, v) -> out.put(String.valueOf(value(k)), value(v)));
            return out;
        }
        if (value instanceof scala.collection.Iterable<?> items) {
            List<Object> out = new ArrayList<>();
            CollectionConverters.asJava(items).forEach(item -> out.add(value(item)));
            return out;
        }
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        return value.toString();
    }
}
