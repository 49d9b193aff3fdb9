package dev.athanor.pipelines.cli;

import java.util.List;

/** A report that has a form for people of its own, better than the table made from its fields. */
public interface ReportText {
    /**
     * Lines to print, without line ends.
     *
     * @param widest characters of a table's cell that are shown
     */
    List<String> lines(int widest);
}
