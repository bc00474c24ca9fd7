package io.github.camelllm.simulator;

import java.util.Locale;
import java.util.Optional;

/** The wire formats that the simulator speaks; one port serves them all. */
public enum SimulatedDialect {
    /** Chat completions, embeddings and models of OpenAI and its compatibles. */
    OPENAI("/v1"),
    /** Anthropic's Messages API. */
    ANTHROPIC("/v1"),
    /** Google's Gemini API. */
    GEMINI("/v1beta");

    private final String basePath;

    SimulatedDialect(String basePath) {
        this.basePath = basePath;
    }

    /** The version path that stands before the operations, such as {@code /v1}. */
    public String basePath() {
        return basePath;
    }

    /** Its name in scripts, lower case. */
    public String scriptName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The dialect of a name in scripts; empty if there is none. */
    public static Optional<SimulatedDialect> ofScriptName(String name) {
        for (SimulatedDialect dialect : values()) {
            if (dialect.scriptName().equals(name)) {
                return Optional.of(dialect);
            }
        }
        return Optional.empty();
    }
}
