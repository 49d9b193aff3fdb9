/** Tests of what lies beside the Java modules: README, DAGs and notebooks, run as a user runs them. */
package dev.athanor.pipelines.peers;
