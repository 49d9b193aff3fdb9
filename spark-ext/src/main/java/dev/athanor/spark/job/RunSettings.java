package dev.athanor.spark.job;

import java.time.Duration;

/**
 * The rhythm of a run's records.
 *
 * @param heartbeat between two signs of life
 * @param stale after how long without one a run counts as dead
 * @param flush between two writes of measurements
 * @param refresh between two writes of a run's row while nothing but its progress changes
 */
record RunSettings(Duration heartbeat, Duration stale, Duration flush, Duration refresh) {
    static final RunSettings DEFAULT = new RunSettings(
            Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(30));
}
