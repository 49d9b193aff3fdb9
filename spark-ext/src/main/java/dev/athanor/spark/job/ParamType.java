package dev.athanor.spark.job;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;

/** The types a job's parameter may have, with their names for people, SQL and JSON schema. */
public enum ParamType {
    STRING("text", "string", "TEXT"),
    INT("a whole number", "int", "N"),
    LONG("a whole number", "bigint", "N"),
    DOUBLE("a number", "double", "X"),
    BOOLEAN("true or false", "boolean", "true|false"),
    STRING_LIST("a list of texts", "array<string>", "A,B,…"),
    STRING_MAP("a map from text to text", "map<string,string>", "K=V");

    private final String article;
    private final String sqlType;
    private final String label;

    ParamType(String article, String sqlType, String label) {
        this.article = article;
        this.sqlType = sqlType;
        this.label = label;
    }

    /** As in a sentence: {@code a whole number}. */
    public String article() {
        return article;
    }

    /** SQL type as DDL: {@code array<string>}. */
    public String sqlType() {
        return sqlType;
    }

    /** Placeholder in a usage line: {@code N}. */
    public String label() {
        return label;
    }

    /** @throws IllegalArgumentException for a type that parameters cannot have */
    static ParamType of(Type type) {
        if (type == String.class) {
            return STRING;
        }
        if (type == int.class || type == Integer.class) {
            return INT;
        }
        if (type == long.class || type == Long.class) {
            return LONG;
        }
        if (type == double.class || type == Double.class) {
            return DOUBLE;
        }
        if (type == boolean.class || type == Boolean.class) {
            return BOOLEAN;
        }
        if (type instanceof ParameterizedType generic) {
            List<Type> arguments = List.of(generic.getActualTypeArguments());
            if (generic.getRawType() == List.class && arguments.equals(List.of(String.class))) {
                return STRING_LIST;
            }
            if (generic.getRawType() == Map.class && arguments.equals(List.of(String.class, String.class))) {
                return STRING_MAP;
            }
        }
        throw new IllegalArgumentException("a job's parameter cannot be of type " + type.getTypeName());
    }
}
