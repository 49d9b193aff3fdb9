package dev.athanor.pipelines.admin;

import dev.athanor.engine.AthanorException;

/** A statement of a script failed; those before it have run, and what they gave is here. */
public final class StoppedScript extends AthanorException {
    private static final long serialVersionUID = 1L;

    private final transient SqlReport finished;

    StoppedScript(String problem, AthanorException why, SqlReport finished) {
        super(
                problem,
                why.problem().equals(problem) ? why.reason() : why.problem() + ": " + why.reason(),
                why.remedy(),
                why);
        this.finished = finished;
    }

    /** What the statements before gave. */
    public SqlReport finished() {
        return finished;
    }
}
