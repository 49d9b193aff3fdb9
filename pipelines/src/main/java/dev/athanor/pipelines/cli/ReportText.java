package dev.athanor.pipelines.cli;

import java.util.List;

/** A report that has a form for people of its own, better than the table made from its fields. */
public interface ReportText {
    /** Lines to print, without line ends. */
    List<String> lines();
}
