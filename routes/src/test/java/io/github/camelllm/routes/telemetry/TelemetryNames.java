package io.github.camelllm.routes.telemetry;

import java.util.Set;

/** Names that tests of other packages hold pages against. */
public final class TelemetryNames {
    private TelemetryNames() {}

    public static Set<String> settings() {
        return TelemetrySettings.names();
    }
}
