package dev.athanor.spark.job;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Keeps secrets out of what is recorded. */
public final class Redaction {
    static final String REDACTED = "(redacted)";
    private static final Pattern SECRET_NAME = Pattern.compile(
            "(?i).*(secret|passw|token|api[._-]?key|access[._-]?key|account[._-]?key|authorization|credential|private[._-]?key|sas).*");
    private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s]+(?=@)");
    private static final Pattern SIGNED =
            Pattern.compile("(?i)(?<=[?&](?:sig|signature|x-amz-signature|token|key)=)[^&\\s]+");

    private Redaction() {}

    static Map<String, Object> redact(Map<String, Object> values) {
        Map<String, Object> out = new LinkedHashMap<>();
        values.forEach((name, value) -> out.put(name, redact(name, value)));
        return out;
    }

    private static Object redact(String name, Object value) {
        if (value instanceof Map<?, ?> nested) {
            Map<String, Object> out = new LinkedHashMap<>();
            nested.forEach((k, v) -> out.put(k.toString(), redact(k.toString(), v)));
            return out;
        }
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (SECRET_NAME.matcher(name).matches()) {
            return REDACTED;
        }
        return value instanceof String text ? inText(text) : value;
    }

    /** Replaces user names, passwords and signatures inside the URIs of a text. */
    public static String inText(String text) {
        String out = USER_INFO.matcher(text).replaceAll(REDACTED);
        return SIGNED.matcher(out).replaceAll(REDACTED);
    }
}
