package io.github.camelllm.examples.quickstart;

import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallRecordListener;
import java.io.PrintStream;
import java.util.Locale;

/** Says how far the run is: one line that is written over on a terminal, else a line from time to time. Thread-safe. */
final class Progress implements CallRecordListener {
    private static final int LINES = 10;
    private static final int WIDTH = 78;

    private final PrintStream out;
    private final boolean terminal;
    private final int toDo;
    private final int linesEvery;

    private int ended;
    private int deadLetters;
    private int answers;
    private int failedCalls;

    /**
     * @param toDo files that the run begins with; others may come while it runs
     * @param terminal whether a line can be written over
     */
    Progress(PrintStream out, boolean terminal, int toDo) {
        this.out = out;
        this.terminal = terminal;
        this.toDo = toDo;
        this.linesEvery = Math.max(1, toDo / LINES);
    }

    synchronized void fileEnded(boolean deadLetter) {
        ended++;
        if (deadLetter) {
            deadLetters++;
        }
        if (terminal) {
            out.print('\r' + line());
            out.flush();
        } else if (ended % linesEvery == 0 || ended == toDo) {
            out.println(line().stripTrailing());
        }
    }

    @Override
    public synchronized void onRecord(CallRecord record) {
        if (record.outcome() == CallOutcome.SUCCEEDED) {
            answers++;
        } else {
            failedCalls++;
        }
        if (terminal) {
            out.print('\r' + line());
            out.flush();
        }
    }

    private String line() {
        String text = String.format(
                Locale.ROOT,
                "%,6d of %,d files, %,d answers%s%s",
                ended,
                Math.max(toDo, ended),
                answers,
                deadLetters == 0 ? "" : String.format(Locale.ROOT, ", %,d in dead-letter", deadLetters),
                failedCalls == 0 ? "" : String.format(Locale.ROOT, ", %,d calls failed", failedCalls));
        return String.format(Locale.ROOT, "%-" + WIDTH + "s", text);
    }

    /** Leaves the line that is written over. */
    synchronized void end() {
        if (terminal && ended + answers + failedCalls > 0) {
            out.println();
        }
    }

    synchronized int ended() {
        return ended;
    }

    synchronized int answers() {
        return answers;
    }

    synchronized int failedCalls() {
        return failedCalls;
    }
}
