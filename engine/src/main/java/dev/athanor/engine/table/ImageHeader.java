package dev.athanor.engine.table;

/**
 * Size of a PNG or JPEG as its header claims it, read without decoding.
 *
 * @param width pixels
 * @param height pixels
 * @param channels 1 grey, 3 colour (palettes and colour with alpha count as colour)
 */
record ImageHeader(int width, int height, int channels) {
    private static final long PNG = 0x89504E470D0A1A0AL;

    /** The header of the image in {@code data[from, to)}, or null when it is neither a PNG nor a JPEG. */
    static ImageHeader read(byte[] data, int from, int to) {
        if (to - from >= 33 && big(data, from, 8) == PNG && big(data, from + 12, 4) == 0x49484452) {
            long width = big(data, from + 16, 4);
            long height = big(data, from + 20, 4);
            int colour = data[from + 25];
            if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
                return null;
            }
            return new ImageHeader((int) width, (int) height, colour == 0 || colour == 4 ? 1 : 3);
        }
        if (to - from >= 4 && (data[from] & 0xFF) == 0xFF && (data[from + 1] & 0xFF) == 0xD8) {
            return jpeg(data, from + 2, to);
        }
        return null;
    }

    /** Walks the segments up to the frame header, see ITU-T T.81 section B.2. */
    private static ImageHeader jpeg(byte[] data, int from, int to) {
        int i = from;
        while (i + 4 <= to) {
            if ((data[i] & 0xFF) != 0xFF) {
                return null;
            }
            int marker = data[i + 1] & 0xFF;
            if (marker == 0xFF) {
                i++;
                continue;
            }
            if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
                i += 2;
                continue;
            }
            int length = (int) big(data, i + 2, 2);
            boolean frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
            if (frame) {
                if (i + 10 > to) {
                    return null;
                }
                int height = (int) big(data, i + 5, 2);
                int width = (int) big(data, i + 7, 2);
                return width < 1 || height < 1 ? null : new ImageHeader(width, height, data[i + 9] == 1 ? 1 : 3);
            }
            if (length < 2 || marker == 0xD9 || marker == 0xDA) {
                return null;
            }
            i += 2 + length;
        }
        return null;
    }

    private static long big(byte[] data, int from, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = (value << 8) | (data[from + i] & 0xFF);
        }
        return value;
    }
}
