package io.github.camelllm.routes.quality;

import io.github.camelllm.component.LlmExtension;
import java.time.Duration;
import java.util.Map;

/** Starts what settings ask for, without a route that needs it. */
public final class QualityStart {
    private QualityStart() {}

    /**
     * Starts to follow scores if there are settings {@code llm.quality.…}.
     *
     * @throws IllegalArgumentException if one is wrong
     */
    public static void of(LlmExtension.Context context) {
        Map<String, String> properties = context.properties(QualitySettings.PREFIX);
        if (properties.isEmpty()) {
            return;
        }
        QualitySettings.of(properties);
        ScorerSettings.all(properties);
        RebalanceSettings.all(context.properties(QualitySettings.PREFIX + QualitySettings.REBALANCE));
        // Later: the component that routers are looked up in is being made now
        context.timer().schedule(Duration.ZERO, () -> Quality.of(context.camelContext()));
    }
}
