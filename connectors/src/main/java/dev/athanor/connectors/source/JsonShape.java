package dev.athanor.connectors.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/**
 * How the values of a JSON file lie in it, which says how Spark reads all of them: line by line, or as one value for the
 * whole file, when it passes over any other without a word.
 *
 * @param empty whether it has no value at all
 * @param lines whether its first line is a value, so that each line is one
 * @param single whether reading it as one value leaves nothing of it out
 * @param array whether it begins with an array
 * @param problem of a file that begins with no JSON value, which Spark says in either way of reading: what is wrong with
 *     it; else null
 */
record JsonShape(boolean empty, boolean lines, boolean single, boolean array, String problem) implements Serializable {
    private static final char MARK = '\uFEFF';
    private static final int BUFFER = 1 << 16;
    private static final int LINE_CHARS = 1 << 20;
    /** Lines after a broken first one that tell whether each is a value of its own. */
    private static final int NEXT_LINES = 20;

    private static final Map<String, JsonReadFeature> LENIENT = Map.of(
            "allowComments", JsonReadFeature.ALLOW_JAVA_COMMENTS,
            "allowUnquotedFieldNames", JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES,
            "allowSingleQuotes", JsonReadFeature.ALLOW_SINGLE_QUOTES,
            "allowNumericLeadingZeros", JsonReadFeature.ALLOW_LEADING_ZEROS_FOR_NUMBERS,
            "allowNonNumericNumbers", JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS,
            "allowBackslashEscapingAnyCharacter", JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER,
            "allowUnquotedControlChars", JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS);
    /** Those that Spark allows unless an option says false. */
    private static final List<String> DEFAULTS = List.of("allowSingleQuotes", "allowNonNumericNumbers");

    private static final JsonShape EMPTY = new JsonShape(true, true, true, false, null);

    /** Reads the first line, and all the file where that is no value of its own. */
    static JsonShape of(Path file, Configuration settings, Map<String, String> options) {
        JsonFactory factory = factory(options);
        String line;
        try (BufferedReader in = reader(file, settings, options)) {
            line = line(in);
            if (line.isEmpty()) {
                return EMPTY;
            }
            boolean cut = line.length() >= LINE_CHARS;
            if (!cut && isValue(factory, line)) {
                return new JsonShape(false, true, line(in).isEmpty(), line.startsWith("["), null);
            }
            if (!cut && line.startsWith("{") && areValues(factory, in)) {
                return new JsonShape(false, true, false, false, null); // one broken line among good ones
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean array = line.startsWith("[");
        try (BufferedReader in = reader(file, settings, options);
                JsonParser parser = factory.createParser(afterMark(in))) {
            try {
                skipValue(parser);
            } catch (JsonProcessingException e) {
                return new JsonShape(false, true, true, array, problem(e));
            }
            boolean ends;
            try {
                ends = parser.nextToken() == null;
            } catch (JsonProcessingException e) {
                ends = false;
            }
            return new JsonShape(false, false, ends, array, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String problem(JsonProcessingException e) {
        return String.format(
                Locale.ROOT,
                "line %,d: %s",
                e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                e.getOriginalMessage().lines().findFirst().orElse("").strip());
    }

    /** Whether most of the next lines are objects of their own. */
    private static boolean areValues(JsonFactory factory, BufferedReader in) throws IOException {
        int good = 0;
        int seen = 0;
        for (String line = line(in); !line.isEmpty() && seen < NEXT_LINES; line = line(in)) {
            seen++;
            good += line.startsWith("{") && isValue(factory, line) ? 1 : 0;
        }
        return good * 2 > seen;
    }

    private static boolean isValue(JsonFactory factory, String text) throws IOException {
        try (JsonParser parser = factory.createParser(text)) {
            skipValue(parser);
            return parser.nextToken() == null;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static void skipValue(JsonParser parser) throws IOException {
        parser.nextToken();
        parser.skipChildren();
    }

    /** The next line with any content, or its beginning; empty when there is none. */
    private static String line(BufferedReader in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && line.length() < LINE_CHARS; c = in.read()) {
            if (c == '\n' && !line.isEmpty()) {
                break;
            }
            if (!line.isEmpty() || !(Character.isWhitespace(c) || c == MARK)) {
                line.append((char) c);
            }
        }
        return line.toString().strip();
    }

    private static BufferedReader reader(Path file, Configuration settings, Map<String, String> options)
            throws IOException {
        var codec = new CompressionCodecFactory(settings).getCodec(file);
        String encoding = options.getOrDefault("encoding", options.getOrDefault("charset", "UTF-8"));
        InputStream raw = file.getFileSystem(settings).open(file);
        InputStream in = codec == null ? raw : codec.createInputStream(raw);
        return new BufferedReader(new InputStreamReader(in, Charset.forName(encoding)), BUFFER);
    }

    private static Reader afterMark(BufferedReader in) throws IOException {
        in.mark(1);
        if (in.read() != MARK) {
            in.reset();
        }
        return in;
    }

    private static JsonFactory factory(Map<String, String> options) {
        JsonFactoryBuilder builder = new JsonFactoryBuilder();
        LENIENT.forEach((option, feature) -> {
            if (Boolean.parseBoolean(options.get(option))) {
                builder.enable(feature);
            }
        });
        // As Spark reads it: single quotes and numbers such as NaN are allowed unless an option forbids them.
        DEFAULTS.forEach(option -> {
            if (!options.containsKey(option)) {
                builder.enable(LENIENT.get(option));
            }
        });
        builder.streamReadConstraints(StreamReadConstraints.builder()
                .maxStringLength(Integer.MAX_VALUE)
                .maxNumberLength(Integer.MAX_VALUE)
                .build());
        return builder.build();
    }
}
