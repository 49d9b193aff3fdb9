package dev.athanor.engine.grammar;

import java.util.function.Consumer;

/** A part of a grammar; {@code at} is a place within it, and 0 its beginning. */
interface Node {
    /** Most tokens that the shortest text from a place on takes. */
    int cost(int at);

    /** A part that takes bytes itself. */
    interface Terminal extends Node {
        /** What follows when a byte is taken; null where it cannot be. */
        Item next(int at, int b, Item rest);

        /** Whether the text may end at a place. */
        default boolean mayEnd(int at) {
            return false;
        }

        /**
         * A place from which on the next {@code bytes} bytes are the same as from this one, so that what is known of one
         * is known of many.
         */
        default int alike(int at, int bytes) {
            return at;
        }
    }

    /** A part that stands for others. */
    interface Compound extends Node {
        /** Gives each of the ways to go on from a place. */
        void expand(int at, Item rest, Consumer<Item> to);
    }
}
