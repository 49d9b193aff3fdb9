package dev.athanor.engine.bench;

/**
 * One line of the table of benchmarks, as a part hands it to the program that prints the table.
 *
 * @param work what was done
 * @param ours our figure
 * @param unit unit of our figure and of the peer's
 * @param peer what it is compared with, or null
 * @param bar what must hold: for the ratio to the peer, or for our figure where there is no peer; null where the line
 *     only informs
 * @param note what a reader must know to judge the line, or null
 */
public record Result(String work, double ours, String unit, Peer peer, Bar bar, String note) {

    /**
     * @param name who or what, with its version
     * @param value its figure, or null when it was not measured
     */
    public record Peer(String name, Double value) {}

    /** A bound that a figure must keep. */
    public record Bar(boolean atLeast, double value) {
        public static Bar atLeast(double value) {
            return new Bar(true, value);
        }

        public static Bar atMost(double value) {
            return new Bar(false, value);
        }

        boolean holds(double figure) {
            return atLeast ? figure >= value : figure <= value;
        }
    }

    /** What came of the bar. */
    public enum Verdict {
        HELD,
        MISSED,
        NOT_MEASURED,
        NO_BAR
    }

    /** Ours divided by the peer's; NaN where no peer was measured. */
    public double ratio() {
        return peer == null || peer.value() == null ? Double.NaN : ours / peer.value();
    }

    public Verdict verdict() {
        if (bar == null) {
            return Verdict.NO_BAR;
        } else if (peer != null && peer.value() == null) {
            return Verdict.NOT_MEASURED;
        }
        return bar.holds(peer == null ? ours : ratio()) ? Verdict.HELD : Verdict.MISSED;
    }
}
