package dev.athanor.spark.job;

import dev.athanor.engine.AthanorException;
import java.time.Instant;

/**
 * One row of the {@code runs} table.
 *
 * @param runId identity
 * @param job its job's name
 * @param status where it stands, as last written: a run whose process died still says {@code running}
 * @param phase what it was doing last, for people
 * @param params parameters as JSON, secrets redacted
 * @param report report as JSON; null until finished
 * @param error why it failed; null otherwise
 * @param startedAt when its newest attempt started
 * @param updatedAt when the row was written
 * @param endedAt when it ended; null while it runs
 * @param attempts how often it was started
 * @param host where it ran last
 * @param pid process id there
 * @param codeVersion version of Athanor
 */
public record Run(
        String runId,
        String job,
        RunStatus status,
        String phase,
        String params,
        String report,
        Failure error,
        Instant startedAt,
        Instant updatedAt,
        Instant endedAt,
        int attempts,
        String host,
        long pid,
        String codeVersion) {

    /** An {@link AthanorException} in parts. */
    public record Failure(String problem, String reason, String remedy) {
        static Failure of(AthanorException e) {
            return new Failure(
                    Redaction.inText(e.problem()), Redaction.inText(e.reason()), Redaction.inText(e.remedy()));
        }
    }

    Run started(Instant at, int attempt, RunOwner owner) {
        return new Run(
                runId,
                job,
                RunStatus.RUNNING,
                "",
                params,
                null,
                null,
                at,
                at,
                null,
                attempt,
                owner.host(),
                owner.pid(),
                CodeVersion.TEXT);
    }

    Run at(Instant now, String newPhase) {
        return new Run(
                runId,
                job,
                status,
                newPhase,
                params,
                report,
                error,
                startedAt,
                now,
                endedAt,
                attempts,
                host,
                pid,
                codeVersion);
    }

    Run ended(Instant now, RunStatus newStatus, String newReport, Failure newError) {
        return new Run(
                runId,
                job,
                newStatus,
                phase,
                params,
                newReport,
                newError,
                startedAt,
                now,
                now,
                attempts,
                host,
                pid,
                codeVersion);
    }
}
