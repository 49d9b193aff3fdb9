package dev.athanor.engine.onnx;

/**
 * Windows that slide over the spatial axes of images (N,C,D1,D2,…): sizes, steps, borders.
 *
 * @param in spatial dimensions
 * @param kernel of a window
 * @param out windows along each axis
 * @param strides between windows
 * @param dilations between the elements of a window
 * @param before elements of border before the first
 * @param after elements of border after the last
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Windows(int[] in, int[] kernel, int[] out, int[] strides, int[] dilations, int[] before, int[] after) {

    /** What the attributes of a convolution or pooling say. */
    static Windows of(OnnxCall c, OnnxValue x, int[] kernel) {
        int axes = x.rank() - 2;
        if (axes < 1 || kernel.length != axes) {
            throw c.wrong("its windows of " + kernel.length + " axes do not fit " + x);
        }
        int[] strides = list(c, "strides", axes, 1);
        int[] dilations = list(c, "dilations", axes, 1);
        int[] pads = list(c, "pads", 2 * axes, 0);
        String auto = c.text("auto_pad", "NOTSET");
        boolean ceil = c.flag("ceil_mode", false);
        int[] in = new int[axes];
        int[] out = new int[axes];
        int[] before = new int[axes];
        int[] after = new int[axes];
        for (int i = 0; i < axes; i++) {
            in[i] = x.dim(i + 2);
            if (strides[i] < 1 || dilations[i] < 1 || kernel[i] < 1 || pads[i] < 0 || pads[axes + i] < 0) {
                throw c.wrong("its windows step by " + strides[i] + ", with dilation " + dilations[i]);
            }
            long extent = (kernel[i] - 1L) * dilations[i] + 1;
            if (auto.startsWith("SAME")) {
                out[i] = (in[i] + strides[i] - 1) / strides[i];
                long total = Math.max(0, (out[i] - 1L) * strides[i] + extent - in[i]);
                before[i] = (int) (auto.equals("SAME_UPPER") ? total / 2 : total - total / 2);
                after[i] = (int) total - before[i];
                continue;
            }
            if (!auto.equals("VALID")) {
                before[i] = pads[i];
                after[i] = pads[axes + i];
            }
            long room = (long) in[i] + before[i] + after[i] - extent;
            if (room < 0) {
                throw c.wrong("its windows of " + extent + " do not fit " + x);
            }
            out[i] = (int) (room / strides[i]) + 1;
            if (ceil && room % strides[i] != 0 && (long) out[i] * strides[i] < (long) in[i] + before[i]) {
                out[i]++; // a last window that begins within the image or the border before it
            }
        }
        return new Windows(in, kernel, out, strides, dilations, before, after);
    }

    static int[] list(OnnxCall c, String attribute, int length, int otherwise) {
        long[] values = c.numbers(attribute);
        int[] list = new int[length];
        if (values != null && values.length != length) {
            throw c.wrong("its " + attribute + " are " + CastOperators.describe(values) + ", not " + length);
        }
        for (int i = 0; i < length; i++) {
            list[i] = values == null ? otherwise : Math.toIntExact(values[i]);
        }
        return list;
    }

    int inSize() {
        return OnnxValue.elements(in);
    }

    int outSize() {
        return OnnxValue.elements(out);
    }

    int kernelSize() {
        return OnnxValue.elements(kernel);
    }

    /** The shape of a result. */
    int[] shape(int batch, int channels) {
        int[] shape = new int[out.length + 2];
        shape[0] = batch;
        shape[1] = channels;
        System.arraycopy(out, 0, shape, 2, out.length);
        return shape;
    }

    /** The element of the image that an element of a window is, or -1 in the border. */
    int source(Odometer window, Odometer element) {
        int at = 0;
        for (int i = 0; i < in.length; i++) {
            int place = window.at(i) * strides[i] + element.at(i) * dilations[i] - before[i];
            if (place < 0 || place >= in[i]) {
                return -1;
            }
            at = at * in[i] + place;
        }
        return at;
    }

    /** Whether an element of a window is in the image or in its border, and not past both. */
    boolean isPadded(Odometer window, Odometer element) {
        for (int i = 0; i < in.length; i++) {
            int place = window.at(i) * strides[i] + element.at(i) * dilations[i] - before[i];
            if (place >= in[i] + after[i]) {
                return false;
            }
        }
        return true;
    }
}
