package dev.athanor.pipelines.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML that is also well-formed XML: every text and attribute is escaped here and nowhere else, and elements
 * close in the order they opened.
 */
final class Html {
    private final StringBuilder out = new StringBuilder(1 << 16);
    private final Deque<String> open = new ArrayDeque<>();

    Html() {
        out.append("<!DOCTYPE html>\n");
    }

    /** Opens an element; attributes come as name, value, name, value; one with a null value is left out. */
    Html start(String tag, String... attributes) {
        tag(tag, attributes).append('>');
        open.push(tag);
        return this;
    }

    /** Closes the element opened last. */
    Html end() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /** Closes the element opened last and starts a new line. */
    Html endLine() {
        end();
        out.append('\n');
        return this;
    }

    /** An element that never has content. */
    Html empty(String tag, String... attributes) {
        tag(tag, attributes).append("/>");
        return this;
    }

    /** An element that holds nothing but text. */
    Html element(String tag, String text, String... attributes) {
        return start(tag, attributes).text(text).end();
    }

    Html text(String text) {
        escape(text);
        return this;
    }

    /** Content that is this project's own (styles, script) or was made safe before (JSON); never a user's. */
    Html own(String content) {
        out.append(content);
        return this;
    }

    String finish() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("Cannot finish the page: still open are " + open);
        }
        return out.append('\n').toString();
    }

    private StringBuilder tag(String tag, String... attributes) {
        if (attributes.length % 2 != 0) {
            throw new IllegalArgumentException("Cannot write <" + tag + ">: an attribute has no value");
        }
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            if (attributes[i + 1] != null) {
                out.append(' ').append(attributes[i]).append("=\"");
                escape(attributes[i + 1]);
                out.append('"');
            }
        }
        return out;
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(allowed(c) ? c : 0xFFFD);
            }
        }
    }

    /** XML 1.0 section 2.2, without the C1 controls. */
    private static boolean allowed(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || (c >= 0x20 && c < 0x7F)
                || (c >= 0xA0 && c <= 0xD7FF)
                || (c >= 0xE000 && c <= 0xFFFD)
                || c >= 0x10000;
    }
}
