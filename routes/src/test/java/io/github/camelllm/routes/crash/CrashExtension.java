package io.github.camelllm.routes.crash;

import io.github.camelllm.call.CallLedger;
import io.github.camelllm.component.LlmExtension;
import io.github.camelllm.routes.ledger.Ledger;
import java.util.Optional;

/** Puts the moments of a crash around the ledger, in processes that are workers. */
public final class CrashExtension implements LlmExtension {
    @Override
    public Optional<CallLedger> ledger(Context context) {
        return System.getProperty("crash.point") == null
                ? Optional.empty()
                : Optional.of(new CrashingLedger(Ledger.open(context)));
    }
}
