package dev.athanor.engine.tokenizer;

/**
 * Reads a score as Hugging Face's library does: all digits as one whole number, scaled by a power of ten. The result may
 * miss the nearest double by one place, and ties between tokenizations turn on that.
 */
final class ScoreText {
    private static final int LARGEST_POWER = 308;

    private ScoreText() {}

    static double parse(String text) {
        long digits = 0;
        int exponent = 0;
        boolean fraction = false;
        boolean full = false;
        int i = text.startsWith("-") ? 1 : 0;
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                fraction = true;
            } else if (c == 'e' || c == 'E') {
                exponent += Integer.parseInt(text.substring(i + 1));
                break;
            } else {
                int digit = c - '0';
                full |= Long.compareUnsigned(digits, Long.divideUnsigned(-1L - digit, 10)) > 0;
                if (!full) {
                    digits = digits * 10 + digit;
                }
                exponent += full ? (fraction ? 0 : 1) : (fraction ? -1 : 0);
            }
        }
        double value = scaled(unsigned(digits), exponent);
        return text.startsWith("-") ? -value : value;
    }

    private static double unsigned(long digits) {
        // halved with its lowest bit kept, so that doubling rounds once
        return digits >= 0 ? (double) digits : 2.0 * ((digits >>> 1) | (digits & 1));
    }

    private static double scaled(double value, int exponent) {
        double result = value;
        int left = exponent;
        while (left < -LARGEST_POWER && result != 0) {
            result /= 1e308;
            left += LARGEST_POWER;
        }
        if (left > LARGEST_POWER) {
            return result == 0 ? 0 : Double.POSITIVE_INFINITY;
        }
        double power = Double.parseDouble("1e" + Math.abs(left));
        return left >= 0 ? result * power : result / power;
    }
}
