package dev.athanor.engine.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A stage that turns tokens back into text: it maps a list of pieces to another, and the last is joined. */
sealed interface Decoder {
    /** A piece that every stage leaves as it is. */
    String BEFORE = "a";

    List<String> decode(List<String> pieces);

    /** What a piece becomes after another, as bytes of UTF-8. */
    default byte[] bytes(String piece) {
        String before = String.join("", decode(List.of(BEFORE)));
        String both = String.join("", decode(List.of(BEFORE, piece)));
        return both.substring(before.length()).getBytes(StandardCharsets.UTF_8);
    }

    /** Stages one after the other. */
    record Sequence(List<Decoder> stages) implements Decoder {
        @Override
        public List<String> decode(List<String> pieces) {
            List<String> result = pieces;
            for (Decoder stage : stages) {
                result = stage.decode(result);
            }
            return result;
        }

        @Override
        public byte[] bytes(String piece) {
            for (Decoder stage : stages) {
                boolean byItself =
                        stage instanceof ByteLevel || (stage instanceof ByteFallback && ByteTokens.byteOf(piece) >= 0);
                if (byItself) {
                    return stage.bytes(piece);
                }
            }
            return Decoder.super.bytes(piece);
        }
    }

    /** Spaces between words. */
    record Spaced() implements Decoder {
        @Override
        public List<String> decode(List<String> pieces) {
            return List.of(String.join(" ", pieces));
        }
    }

    /** Continuations lose their prefix, other tokens get a space in front. */
    record WordPiece(String prefix, boolean cleanup) implements Decoder {
        @Override
        public List<String> decode(List<String> pieces) {
            List<String> result = new ArrayList<>(pieces.size());
            for (int i = 0; i < pieces.size(); i++) {
                String piece = pieces.get(i);
                if (i > 0) {
                    piece = piece.startsWith(prefix) ? piece.substring(prefix.length()) : " " + piece;
                }
                result.add(cleanup ? clean(piece) : piece);
            }
            return result;
        }

        private static String clean(String piece) {
            return piece.replace(" .", ".")
                    .replace(" ?", "?")
                    .replace(" !", "!")
                    .replace(" ,", ",")
                    .replace(" ' ", "'")
                    .replace(" n't", "n't")
                    .replace(" 'm", "'m")
                    .replace(" do not", " don't")
                    .replace(" 's", "'s")
                    .replace(" 've", "'ve")
                    .replace(" 're", "'re");
        }
    }

    /** Bytes in GPT-2's alphabet. */
    record ByteLevel(ByteAlphabet alphabet) implements Decoder {
        @Override
        public List<String> decode(List<String> pieces) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (String piece : pieces) {
                bytes.writeBytes(bytesOf(piece));
            }
            return List.of(bytes.toString(StandardCharsets.UTF_8));
        }

        @Override
        public byte[] bytes(String piece) {
            return bytesOf(piece);
        }

        private byte[] bytesOf(String piece) {
            byte[] bytes = new byte[piece.length()];
            for (int i = 0; i < bytes.length; i++) {
                int b = alphabet.byteOf(piece.charAt(i));
                if (b < 0) {
                    return piece.getBytes(StandardCharsets.UTF_8);
                }
                bytes[i] = (byte) b;
            }
            return bytes;
        }
    }

    /** Marks become spaces; those of the first piece go where the encoder may have put one. */
    record Metaspace(char replacement, boolean prepended) implements Decoder {
        @Override
        public List<String> decode(List<String> pieces) {
            List<String> result = new ArrayList<>(pieces.size());
            for (int i = 0; i < pieces.size(); i++) {
                String by = i == 0 && prepended ? "" : " ";
                result.add(pieces.get(i).replace(String.valueOf(replacement), by));
            }
            return result;
        }
    }

    /** A string becomes another. */
    record Replace(String pattern, String content) implements Decoder {
        @Override
        public List<String> decode(List<String> pieces) {
            return pieces.stream().map(p -> p.replace(pattern, content)).toList();
        }
    }

    /** Pieces become one. */
    record Fuse() implements Decoder {
        @Override
        public List<String> decode(List<String> pieces) {
            return List.of(String.join("", pieces));
        }
    }

    /** Up to so many of a character go from the ends of each piece. */
    record Strip(char content, int start, int stop) implements Decoder {
        @Override
        public List<String> decode(List<String> pieces) {
            return pieces.stream().map(this::strip).toList();
        }

        private String strip(String piece) {
            int from = 0;
            int to = piece.length();
            while (from < Math.min(start, piece.length()) && piece.charAt(from) == content) {
                from++;
            }
            while (to > from && piece.length() - to < stop && piece.charAt(to - 1) == content) {
                to--;
            }
            return piece.substring(from, to);
        }
    }

    /** Byte tokens in a row become the text they spell, or a replacement character each. */
    record ByteFallback() implements Decoder {
        @Override
        public List<String> decode(List<String> pieces) {
            List<String> result = new ArrayList<>(pieces.size());
            byte[] run = new byte[pieces.size()];
            int n = 0;
            for (String piece : pieces) {
                int b = ByteTokens.byteOf(piece);
                if (b >= 0) {
                    run[n++] = (byte) b;
                } else {
                    flush(run, n, result);
                    n = 0;
                    result.add(piece);
                }
            }
            flush(run, n, result);
            return result;
        }

        @Override
        public byte[] bytes(String piece) {
            int b = ByteTokens.byteOf(piece);
            return b >= 0 ? new byte[] {(byte) b} : piece.getBytes(StandardCharsets.UTF_8);
        }

        private static void flush(byte[] run, int n, List<String> result) {
            if (n == 0) {
                return;
            }
            try {
                result.add(StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(run, 0, n))
                        .toString());
            } catch (CharacterCodingException e) {
                for (int i = 0; i < n; i++) {
                    result.add("\ufffd");
                }
            }
        }
    }
}
