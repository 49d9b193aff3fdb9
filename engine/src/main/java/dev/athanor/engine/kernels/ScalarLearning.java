package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.Tensor;

/** Embedding bags, losses and optimizer steps in plain loops. */
final class ScalarLearning {
    private ScalarLearning() {}

    static void embeddingBag(Tensor table, Tensor indices, Tensor weights, Tensor offsets, Tensor y) {
        int d = table.dim(1);
        for (int b = 0; b < y.dim(0); b++) {
            int from = (int) offsets.at(offsets.offset() + b);
            int to = (int) offsets.at(offsets.offset() + b + 1);
            for (int j = 0; j < d; j++) {
                double sum = 0;
                for (int i = from; i < to; i++) {
                    int row = (int) indices.at(indices.offset() + i);
                    if (row < 0 || row >= table.dim(0)) {
                        throw Shapes.outOfRange("index", b, row, table.dim(0));
                    }
                    sum += weights.at(weights.offset() + i) * table.at(table.offset() + row * d + j);
                }
                y.put(y.offset() + b * d + j, sum);
            }
        }
    }

    static void embeddingBagBackward(Tensor slots, Tensor weights, Tensor offsets, Tensor dy, Tensor rows) {
        int d = dy.dim(1);
        for (int b = 0; b < dy.dim(0); b++) {
            int from = (int) offsets.at(offsets.offset() + b);
            int to = (int) offsets.at(offsets.offset() + b + 1);
            for (int i = from; i < to; i++) {
                int slot = (int) slots.at(slots.offset() + i);
                for (int j = 0; j < d; j++) {
                    int at = rows.offset() + slot * d + j;
                    rows.put(at, rows.at(at) + weights.at(weights.offset() + i) * dy.at(dy.offset() + b * d + j));
                }
            }
        }
    }

    static double crossEntropy(
            Tensor logits, Tensor labels, Tensor rowWeights, double smoothing, double scale, Tensor dlogits) {
        int n = Shapes.columns(logits);
        double total = 0;
        for (int i = 0; i < Shapes.rows(logits); i++) {
            int base = logits.offset() + i * n;
            int label = (int) labels.at(labels.offset() + i);
            if (label < 0 || label >= n) {
                throw Shapes.outOfRange("label", i, label, n);
            }
            double weight = rowWeights == null ? 1 : rowWeights.at(rowWeights.offset() + i);
            double max = Double.NEGATIVE_INFINITY;
            double mean = 0;
            for (int j = 0; j < n; j++) {
                max = Math.max(max, logits.at(base + j));
                mean += logits.at(base + j) / n;
            }
            double sum = 0;
            for (int j = 0; j < n; j++) {
                sum += Math.exp(logits.at(base + j) - max);
            }
            double logSum = max + Math.log(sum);
            double smoothed = smoothing == 0 ? 0 : smoothing * mean;
            total += weight * (logSum - (1 - smoothing) * logits.at(base + label) - smoothed);
            for (int j = 0; dlogits != null && j < n; j++) {
                double target = (j == label ? 1 - smoothing : 0) + smoothing / n;
                double p = Math.exp(logits.at(base + j) - logSum);
                dlogits.put(dlogits.offset() + i * n + j, scale * weight * (p - target));
            }
        }
        return total;
    }

    static double elementLoss(
            ElementLoss loss, Tensor predictions, Tensor targets, Tensor rowWeights, double scale, Tensor gradient) {
        double total = 0;
        for (int i = 0; i < predictions.size(); i++) {
            double p = predictions.at(predictions.offset() + i);
            double t = targets.at(targets.offset() + i);
            double weight = rowWeights == null ? 1 : rowWeights.at(rowWeights.offset() + i);
            double d = p - t;
            double value =
                    switch (loss) {
                        case SQUARED -> d * d;
                        case HUBER -> Math.abs(d) <= 1 ? d * d / 2 : Math.abs(d) - 0.5;
                        case BINARY_CROSS_ENTROPY -> Math.max(p, 0) - p * t + Math.log1p(Math.exp(-Math.abs(p)));
                    };
            double slope =
                    switch (loss) {
                        case SQUARED -> 2 * d;
                        case HUBER -> Math.max(-1, Math.min(1, d));
                        case BINARY_CROSS_ENTROPY -> ScalarElementwise.sigmoid(p) - t;
                    };
            total += weight * value;
            if (gradient != null) {
                gradient.put(gradient.offset() + i, scale * weight * slope);
            }
        }
        return total;
    }

    /** Steps {@code count} elements, the parameter's from {@code at} on, the gradient's from {@code gradientAt} on. */
    static void adamW(
            Tensor parameter,
            Tensor gradient,
            Tensor firstMoment,
            Tensor secondMoment,
            int at,
            int gradientAt,
            int count,
            double learningRate,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            long step,
            double gradientScale) {
        double correction1 = 1 - Math.pow(beta1, (double) step);
        double correction2 = 1 - Math.pow(beta2, (double) step);
        for (int i = 0; i < count; i++) {
            double g = gradient.at(gradient.offset() + gradientAt + i) * gradientScale;
            double m = beta1 * firstMoment.at(firstMoment.offset() + at + i) + (1 - beta1) * g;
            double v = beta2 * secondMoment.at(secondMoment.offset() + at + i) + (1 - beta2) * g * g;
            double p = parameter.at(parameter.offset() + at + i) * (1 - learningRate * weightDecay);
            firstMoment.put(firstMoment.offset() + at + i, m);
            secondMoment.put(secondMoment.offset() + at + i, v);
            double update = m / correction1 / (Math.sqrt(v / correction2) + epsilon);
            parameter.put(parameter.offset() + at + i, p - learningRate * update);
        }
    }

    /** Steps {@code count} elements, the parameter's from {@code at} on, the gradient's from {@code gradientAt} on. */
    static void sgd(
            Tensor parameter,
            Tensor gradient,
            Tensor velocity,
            int at,
            int gradientAt,
            int count,
            double learningRate,
            double momentum,
            double weightDecay,
            double gradientScale) {
        for (int i = 0; i < count; i++) {
            double p = parameter.at(parameter.offset() + at + i);
            double g = gradient.at(gradient.offset() + gradientAt + i) * gradientScale;
            double v = momentum * velocity.at(velocity.offset() + at + i) + g + weightDecay * p;
            velocity.put(velocity.offset() + at + i, v);
            parameter.put(parameter.offset() + at + i, p - learningRate * v);
        }
    }
}
