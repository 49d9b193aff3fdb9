package dev.athanor.engine.grammar;

/**
 * A JSON string after its first quote, the last one included. Its characters are counted as code points; those beyond
 * U+FFFF are written as themselves and not as escapes, so that no half of one comes out.
 */
final class StringBody implements Node.Terminal {
    private static final int BITS = 4;
    private static final int PLAIN = 0;
    private static final int ESCAPE = 1;
    private static final int HEX = 2;
    private static final int HEX_AFTER = 3;
    private static final int HEX_AFTER_D = 4;
    private static final int HEX_THIRD = 5;
    private static final int HEX_FOURTH = 6;
    private static final int ONE_LEFT = 7;
    private static final int TWO_LEFT = 8;
    private static final int THREE_LEFT = 9;
    private static final int AFTER_E0 = 10;
    private static final int AFTER_ED = 11;
    private static final int AFTER_F0 = 12;
    private static final int AFTER_F4 = 13;

    /** Bytes to the end of the character, by state. */
    private static final int[] LEFT = {0, 1, 4, 3, 3, 2, 1, 1, 2, 3, 2, 2, 3, 3};

    private final int least;
    private final int most;
    private final boolean ascii;

    /**
     * @param most code points, -1 for no limit
     * @param ascii whether other characters come as escapes alone
     */
    StringBody(int least, int most, boolean ascii) {
        this.least = least;
        this.most = most;
        this.ascii = ascii;
    }

    @Override
    public int cost(int at) {
        return LEFT[at & 15] + Math.max(0, least - (at >> BITS)) + 1;
    }

    @Override
    public int alike(int at, int bytes) {
        int count = at >> BITS;
        int far = most - bytes;
        return most >= 0 && count >= least && count < far ? far << BITS | (at & 15) : at;
    }

    @Override
    public Item next(int at, int b, Item rest) {
        int count = at >> BITS;
        int state = at & 15;
        if (state == PLAIN) {
            if (b == '"') {
                return count >= least ? rest : null;
            }
            int begun = most >= 0 ? count + 1 : Math.min(count + 1, least);
            int next = most >= 0 && count == most ? -1 : begin(b);
            return next < 0 ? null : new Item(this, begun << BITS | next, rest);
        }
        int next = within(state, b);
        return next < 0 ? null : new Item(this, count << BITS | next, rest);
    }

    private int begin(int b) {
        if (b == '\\') {
            return ESCAPE;
        } else if (b < 0x80) {
            return b < 0x20 ? -1 : PLAIN;
        } else if (ascii || b < 0xc2 || b > 0xf4) {
            return -1;
        } else if (b < 0xe0) {
            return ONE_LEFT;
        } else if (b < 0xf0) {
            return b == 0xe0 ? AFTER_E0 : b == 0xed ? AFTER_ED : TWO_LEFT;
        }
        return b == 0xf0 ? AFTER_F0 : b == 0xf4 ? AFTER_F4 : THREE_LEFT;
    }

    private static int within(int state, int b) {
        return switch (state) {
            case ESCAPE -> b == 'u' ? HEX : "\"\\/bfnrt".indexOf(b) >= 0 ? PLAIN : -1;
            case HEX -> !hex(b) ? -1 : (b | 0x20) == 'd' ? HEX_AFTER_D : HEX_AFTER;
            case HEX_AFTER -> hex(b) ? HEX_THIRD : -1;
            case HEX_AFTER_D -> b >= '0' && b <= '7' ? HEX_THIRD : -1; // d8 to df are halves
            case HEX_THIRD -> hex(b) ? HEX_FOURTH : -1;
            case HEX_FOURTH -> hex(b) ? PLAIN : -1;
            case ONE_LEFT -> in(b, 0x80, 0xbf, PLAIN);
            case TWO_LEFT -> in(b, 0x80, 0xbf, ONE_LEFT);
            case THREE_LEFT -> in(b, 0x80, 0xbf, TWO_LEFT);
            case AFTER_E0 -> in(b, 0xa0, 0xbf, ONE_LEFT);
            case AFTER_ED -> in(b, 0x80, 0x9f, ONE_LEFT);
            case AFTER_F0 -> in(b, 0x90, 0xbf, TWO_LEFT);
            default -> in(b, 0x80, 0x8f, TWO_LEFT);
        };
    }

    private static int in(int b, int low, int high, int next) {
        return b >= low && b <= high ? next : -1;
    }

    private static boolean hex(int b) {
        return (b >= '0' && b <= '9') || ((b | 0x20) >= 'a' && (b | 0x20) <= 'f');
    }
}
