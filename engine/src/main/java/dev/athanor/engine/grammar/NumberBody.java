package dev.athanor.engine.grammar;

/**
 * A JSON number of at most 18 digits before the point, 17 after it and two in its exponent: a long or a double reads each,
 * and no row fills its limit with digits.
 */
final class NumberBody implements Node.Terminal {
    private static final int BITS = 4;
    private static final int START = 0;
    private static final int MINUS = 1;
    private static final int ZERO = 2;
    private static final int WHOLE = 3;
    private static final int POINT = 4;
    private static final int FRACTION = 5;
    private static final int EXPONENT = 6;
    private static final int SIGN = 7;
    private static final int POWER = 8;
    private static final int MOST_WHOLE = 18;
    private static final int MOST_FRACTION = 17;
    private static final int MOST_POWER = 2;

    private final boolean fraction;
    private final boolean negative;

    /**
     * @param fraction whether it may have a fraction or an exponent
     * @param negative whether it may be below 0
     */
    NumberBody(boolean fraction, boolean negative) {
        this.fraction = fraction;
        this.negative = negative;
    }

    @Override
    public int cost(int at) {
        return mayEnd(at) ? 0 : 1;
    }

    @Override
    public boolean mayEnd(int at) {
        int state = at & 15;
        return state == ZERO || state == WHOLE || state == FRACTION || state == POWER;
    }

    @Override
    public Item next(int at, int b, Item rest) {
        int next = next(at & 15, at >> BITS, b);
        return next < 0 ? null : new Item(this, next, rest);
    }

    private int next(int state, int count, int b) {
        boolean digit = b >= '0' && b <= '9';
        boolean tail = fraction && (state == ZERO || state == WHOLE);
        if (tail && b == '.') {
            return POINT;
        } else if ((tail || state == FRACTION) && (b | 0x20) == 'e') {
            return EXPONENT;
        }
        return switch (state) {
            case START -> b == '-' && negative ? MINUS : b == '0' ? ZERO : digit ? 1 << BITS | WHOLE : -1;
            case MINUS -> b == '0' && fraction ? ZERO : digit && b != '0' ? 1 << BITS | WHOLE : -1;
            case WHOLE -> digit && count < MOST_WHOLE ? (count + 1) << BITS | WHOLE : -1;
            case POINT -> digit ? 1 << BITS | FRACTION : -1;
            case FRACTION -> digit && count < MOST_FRACTION ? (count + 1) << BITS | FRACTION : -1;
            case EXPONENT -> b == '+' || b == '-' ? SIGN : digit ? 1 << BITS | POWER : -1;
            case SIGN -> digit ? 1 << BITS | POWER : -1;
            case POWER -> digit && count < MOST_POWER ? (count + 1) << BITS | POWER : -1;
            default -> -1;
        };
    }
}
