package io.github.camelllm.routes.ledger;

import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Down while the ledger has an alarm. As a check of readiness, only while that stops calls: where the journal keeps them, a database that
 * is away must not take all nodes out of service. A restart helps against none of it, so it is no check of liveness.
 */
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
    public boolean isLiveness() {
        return false;
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
        boolean onlyStops = options.get(CHECK_KIND) == Kind.READINESS;
        if (!state.alarms().isEmpty()) {
            builder.message(state.alarms().entrySet().stream()
                    .map(alarm -> alarm.getKey().text() + ": " + alarm.getValue())
                    .sorted()
                    .collect(Collectors.joining("; ")));
        }
        boolean isDown = state.alarms().keySet().stream().anyMatch(alarm -> !onlyStops || ledger.refusesCallsAt(alarm));
        builder.state(isDown ? State.DOWN : State.UP);
    }
}
