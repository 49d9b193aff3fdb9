package dev.athanor.connectors.source;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.text.NearestName;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The {@code --option k=v} pairs, checked against what the format knows: a mistyped option is an error, not silence. */
final class SourceOptions {
    private static final List<String> FILES = List.of(
            "pathGlobFilter",
            "recursiveFileLookup",
            "modifiedBefore",
            "modifiedAfter",
            "ignoreCorruptFiles",
            "ignoreMissingFiles",
            "basePath");

    private static final Map<SourceFormat, List<String>> KNOWN = Map.of(
            SourceFormat.CSV,
            List.of(
                    "header",
                    "inferSchema",
                    "sep",
                    "delimiter",
                    "encoding",
                    "charset",
                    "quote",
                    "escape",
                    "comment",
                    "multiLine",
                    "lineSep",
                    "mode",
                    "nullValue",
                    "nanValue",
                    "emptyValue",
                    "positiveInf",
                    "negativeInf",
                    "ignoreLeadingWhiteSpace",
                    "ignoreTrailingWhiteSpace",
                    "preferDate",
                    "dateFormat",
                    "timestampFormat",
                    "timestampNTZFormat",
                    "enableDateTimeParsingFallback",
                    "timeZone",
                    "locale",
                    "maxColumns",
                    "maxCharsPerColumn",
                    "samplingRatio",
                    "enforceSchema",
                    "columnNameOfCorruptRecord",
                    "charToEscapeQuoteEscaping",
                    "unescapedQuoteHandling",
                    "inputBufferSize",
                    "columnPruning"),
            SourceFormat.JSON,
            List.of(
                    "multiLine",
                    "primitivesAsString",
                    "prefersDecimal",
                    "allowComments",
                    "allowUnquotedFieldNames",
                    "allowSingleQuotes",
                    "allowNumericLeadingZeros",
                    "allowNonNumericNumbers",
                    "allowBackslashEscapingAnyCharacter",
                    "allowUnquotedControlChars",
                    "mode",
                    "dropFieldIfAllNull",
                    "encoding",
                    "charset",
                    "lineSep",
                    "locale",
                    "dateFormat",
                    "timestampFormat",
                    "timestampNTZFormat",
                    "enableDateTimeParsingFallback",
                    "timeZone",
                    "inferTimestamp",
                    "samplingRatio",
                    "columnNameOfCorruptRecord",
                    "singleVariantColumn"),
            SourceFormat.PARQUET,
            List.of("mergeSchema", "datetimeRebaseMode", "int96RebaseMode"),
            SourceFormat.DELTA,
            List.of("versionAsOf", "timestampAsOf"),
            SourceFormat.TABLE,
            List.of("versionAsOf", "timestampAsOf"),
            SourceFormat.IDX,
            List.of("labels"),
            SourceFormat.IMAGE,
            List.of(),
            SourceFormat.TEXT,
            List.of("encoding"));

    private SourceOptions() {}

    /**
     * The options under the case-insensitive names of the format.
     *
     * @throws AthanorException for a name the format does not know, with the nearest one
     */
    static Map<String, String> check(SourceFormat format, Map<String, String> given) {
        TreeSet<String> known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        known.addAll(KNOWN.get(format));
        if (format == SourceFormat.CSV
                || format == SourceFormat.JSON
                || format == SourceFormat.PARQUET
                || format == SourceFormat.TEXT) {
            known.addAll(FILES);
        }
        TreeMap<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Map.Entry<String, String> option : given.entrySet()) {
            if (!known.contains(option.getKey())) {
                throw new AthanorException(
                        "Cannot use option '" + option.getKey() + "'",
                        "the " + format.id() + " reader has no such option",
                        known.isEmpty()
                                ? "Leave it out; this reader takes none"
                                : NearestName.of(option.getKey(), known)
                                        .map(k -> "Did you mean --option " + k + "=" + option.getValue())
                                        .orElse("It knows " + String.join(", ", known)));
            }
            options.put(option.getKey(), option.getValue());
        }
        return options;
    }
}
