package io.github.camelllm.routes.ledger;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/**
 * Sends each alarm to an endpoint, if there is one: the body is a text for people, the header {@code LlmAlarm} its name,
 * {@code LlmAlarmState} {@code raised} or {@code cleared}, and {@code LlmAlarmNode} the node. For one thread.
 */
final class AlarmEndpoint implements Consumer<LedgerAlarms.Change>, AutoCloseable {
    private final CamelContext context;
    private final Optional<String> uri;
    private volatile String node = "";
    private volatile @Nullable ProducerTemplate template;

    AlarmEndpoint(CamelContext context, Optional<String> uri) {
        this.context = context;
        this.uri = uri;
    }

    void from(String name) {
        node = name;
    }

    @Override
    public void accept(LedgerAlarms.Change change) {
        if (uri.isEmpty()) {
            return;
        }
        ProducerTemplate sender = template;
        if (sender == null) {
            sender = context.createProducerTemplate();
            template = sender;
        }
        sender.sendBodyAndHeaders(
                uri.get(),
                change.text(),
                Map.of(
                        "LlmAlarm",
                        change.alarm().text(),
                        "LlmAlarmState",
                        change.raised() ? "raised" : "cleared",
                        "LlmAlarmNode",
                        node));
    }

    @Override
    public void close() {
        ProducerTemplate sender = template;
        if (sender != null) {
            sender.stop();
        }
    }
}
