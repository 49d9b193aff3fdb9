package dev.athanor.spark.job;

/** Live progress of a job for a person: a bar in a terminal, lines in a log, nothing in a test. */
public interface Progress {
    /** A new phase began: "training". */
    void phase(String name);

    /**
     * Where the phase stands.
     *
     * @param done share done in [0,1], or NaN when unknown
     * @param detail short text: "epoch 3/20 loss 0.12 accuracy 0.981 41,000 rows/s 4 s left"
     */
    void update(double done, String detail);

    /** A line worth keeping. */
    void message(String line);

    /** Watches nothing. */
    Progress NONE = new Progress() {
        @Override
        public void phase(String name) {}

        @Override
        public void update(double done, String detail) {}

        @Override
        public void message(String line) {}
    };
}
