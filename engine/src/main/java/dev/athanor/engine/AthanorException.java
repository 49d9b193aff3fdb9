package dev.athanor.engine;

import java.util.Objects;

/**
 * An error a user can act on: the problem ("Cannot read table news"), its cause and the remedy.
 *
 * <p>{@link #getMessage()} joins the three as {@code problem: reason. remedy}; each is also available by itself, so that
 * a command line, a REST body and a run row can lay them out in their own way. It is an {@link IllegalArgumentException}
 * so that clients in other languages, PySpark above all, show the message and not a Java stack trace.
 */
public class AthanorException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String reason;
    private final String remedy;

    /**
     * @param problem what could not be done, as "Cannot verb noun", without a full stop
     * @param reason why, with the values that matter, without a full stop
     * @param remedy what the user can do about it, a sentence without a full stop; empty when there is nothing to do
     */
    public AthanorException(String problem, String reason, String remedy) {
        this(problem, reason, remedy, null);
    }

    /** As {@link #AthanorException(String, String, String)}, keeping the error that led here. */
    public AthanorException(String problem, String reason, String remedy, Throwable cause) {
        super(problem + ": " + reason + "." + (remedy.isEmpty() ? "" : " " + remedy + "."), cause);
        this.problem = Objects.requireNonNull(problem, "problem");
        this.reason = Objects.requireNonNull(reason, "reason");
        this.remedy = Objects.requireNonNull(remedy, "remedy");
    }

    public String problem() {
        return problem;
    }

    public String reason() {
        return reason;
    }

    public String remedy() {
        return remedy;
    }
}
