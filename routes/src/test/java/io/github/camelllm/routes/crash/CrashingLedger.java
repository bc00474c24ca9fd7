package io.github.camelllm.routes.crash;

import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.AuditEntry;
import io.github.camelllm.call.CallLedger;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.Hold;
import io.github.camelllm.chat.Money;
import io.github.camelllm.routes.ledger.Ledger;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The ledger, with the moments before and after it. */
final class CrashingLedger implements CallLedger, AutoCloseable {
    private final Ledger ledger;
    private final CrashMoment moment = CrashMoment.ofThisProcess();

    CrashingLedger(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public void reserved(Attempt attempt, Optional<Money> most, List<Hold> holds) {
        ledger.reserved(attempt, most, holds);
        moment.pass(CrashPoint.BEFORE_SEND);
    }

    @Override
    public void settled(CallRecord record, List<Charge> charges) {
        if (record.billable()) {
            moment.pass(CrashPoint.AFTER_ANSWER);
        }
        ledger.settled(record, charges);
        if (record.billable()) {
            moment.pass(CrashPoint.AFTER_JOURNAL);
        }
    }

    @Override
    public List<Spent> spent(Map<String, Long> fromPeriods) {
        return ledger.spent(fromPeriods);
    }

    @Override
    public void keepSpent(SpentLife life) {
        ledger.keepSpent(life);
    }

    @Override
    public void audit(AuditEntry entry) {
        ledger.audit(entry);
    }

    @Override
    public void close() throws Exception {
        ledger.close();
    }
}
