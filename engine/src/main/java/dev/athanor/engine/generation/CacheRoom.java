package dev.athanor.engine.generation;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.transformer.KeyValueCache;
import dev.athanor.engine.transformer.TransformerSpec;
import java.util.Locale;

/**
 * The room that there is for keys and values.
 *
 * @param bytes all of it
 * @param perToken what one token takes, bytes
 */
record CacheRoom(long bytes, long perToken) {
    private static final double MEGA = 1e6;

    /** @throws AthanorException if not even one page of tokens fits, or more is asked for than the heap can have */
    static CacheRoom of(TransformerSpec spec, long bytes) {
        CacheRoom room = new CacheRoom(bytes, KeyValueCache.bytesPerToken(spec));
        if (room.pages() < 1) {
            throw new AthanorException(
                    "Cannot generate text",
                    "keys and values of " + KeyValueCache.PAGE + " tokens take " + mega(room.page())
                            + ", and there are " + mega(bytes) + " for them",
                    "Give the process more memory, or use a smaller model");
        }
        long heap = Runtime.getRuntime().maxMemory();
        if (bytes > heap) {
            throw new AthanorException(
                    "Cannot generate text",
                    mega(bytes) + " are wanted for keys and values, and the heap has " + mega(heap),
                    "Give the process more memory, or want at most " + mega(heap / 2) + ", which hold "
                            + String.format(Locale.ROOT, "%,d", heap / 2 / room.perToken) + " tokens");
        }
        return room;
    }

    private long page() {
        return perToken * KeyValueCache.PAGE;
    }

    int pages() {
        return (int) Math.min(bytes / page(), Integer.MAX_VALUE / KeyValueCache.PAGE);
    }

    /** Why a text of so many tokens cannot be, or null where it can. */
    String refuses(int prompt, int more) {
        if (KeyValueCache.pages(prompt + more) <= pages()) {
            return null;
        }
        return String.format(
                Locale.ROOT,
                "a prompt of %,d tokens and %,d more take %s of keys and values; there are %s, which hold %,d tokens",
                prompt,
                more,
                mega(KeyValueCache.pages(prompt + more) * page()),
                mega(bytes),
                pages() * KeyValueCache.PAGE);
    }

    private static String mega(long bytes) {
        return String.format(Locale.ROOT, "%,.1f MB", bytes / MEGA);
    }
}
