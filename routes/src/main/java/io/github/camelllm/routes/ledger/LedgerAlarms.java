package io.github.camelllm.routes.ledger;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is wrong now. Each change is logged once and told to a listener, in order and by one other thread. Thread-safe. */
final class LedgerAlarms {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final int MOST_UNTOLD = 100;

    private final Map<LedgerAlarm, String> raised = new EnumMap<>(LedgerAlarm.class);
    private final Deque<Change> untold = new ArrayDeque<>();
    private final Consumer<Change> listener;
    private final Executor executor;
    private boolean telling;

    /** @param raised whether it is wrong from now on, or was until now */
    record Change(LedgerAlarm alarm, boolean raised, String text) {}

    LedgerAlarms(Consumer<Change> listener, Executor executor) {
        this.listener = listener;
        this.executor = executor;
    }

    synchronized void raise(LedgerAlarm alarm, String text) {
        if (raised.put(alarm, text) == null) {
            LOG.error("ledger: {}: {}", alarm.text(), text);
            tell(new Change(alarm, true, text));
        }
    }

    synchronized void clear(LedgerAlarm alarm) {
        String text = raised.remove(alarm);
        if (text != null) {
            LOG.info("ledger: {} is over", alarm.text());
            tell(new Change(alarm, false, text));
        }
    }

    synchronized Map<LedgerAlarm, String> now() {
        return Map.copyOf(raised);
    }

    private void tell(Change change) {
        if (untold.size() == MOST_UNTOLD) {
            LOG.warn("ledger: the endpoint for alarms is too slow, it will not hear of {}", untold.removeFirst());
        }
        untold.addLast(change);
        if (!telling) {
            telling = true;
            try {
                executor.execute(this::tellAll);
            } catch (RejectedExecutionException e) {
                telling = false;
                LOG.debug("ledger: nobody is told of {} any more", change);
            }
        }
    }

    private void tellAll() {
        while (true) {
            Change change;
            synchronized (this) {
                change = untold.pollFirst();
                if (change == null) {
                    telling = false;
                    return;
                }
            }
            try {
                listener.accept(change);
            } catch (RuntimeException e) {
                LOG.warn(
                        "ledger: the endpoint for alarms did not take {}",
                        change.alarm().text(),
                        e);
            }
        }
    }
}
