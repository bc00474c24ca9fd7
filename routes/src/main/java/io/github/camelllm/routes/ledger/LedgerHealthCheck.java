package io.github.camelllm.routes.ledger;

import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Down while the ledger has an alarm. */
final class LedgerHealthCheck extends AbstractHealthCheck {
    static final String ID = "llm-ledger";

    private final Ledger ledger;

    private LedgerHealthCheck(Ledger ledger) {
        super("camel", ID);
        this.ledger = ledger;
    }

    static void add(CamelContext context, Ledger ledger) {
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);
        if (registry != null) {
            registry.register(new LedgerHealthCheck(ledger));
        }
    }

    static void remove(CamelContext context) {
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);
        if (registry != null) {
            registry.getCheck(ID).ifPresent(registry::unregister);
        }
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        LedgerState state = ledger.state();
        builder.detail("node", state.node());
        builder.detail("journaled", state.journaled());
        builder.detail("booked", state.booked());
        builder.detail("lost", state.lost());
        builder.detail("rejected", state.rejected());
        builder.detail("lagBytes", state.lagBytes());
        builder.detail("journalBytes", state.journalBytes());
        if (state.alarms().isEmpty()) {
            builder.up();
        } else {
            builder.message(state.alarms().entrySet().stream()
                            .map(alarm -> alarm.getKey().text() + ": " + alarm.getValue())
                            .sorted()
                            .collect(Collectors.joining("; ")))
                    .down();
        }
    }
}
