package io.github.camelllm.call;

import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.anthropic.AnthropicDialect;
import io.github.camelllm.wire.gemini.GeminiDialect;
import io.github.camelllm.wire.openai.OpenAiChatDialect;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The wire formats there are, by the names that provider descriptors use. */
public final class Dialects {
    private static final Map<String, Dialect> BY_NAME =
            byName(List.of(new OpenAiChatDialect(), new AnthropicDialect(), new GeminiDialect()));

    private Dialects() {}

    /** @throws IllegalArgumentException if there is no such dialect; the message lists those there are */
    public static Dialect get(String name) {
        Dialect dialect = BY_NAME.get(name);
        if (dialect == null) {
            throw new IllegalArgumentException("There is no dialect '" + name + "', only " + BY_NAME.keySet());
        }
        return dialect;
    }

    static Optional<Dialect> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    private static Map<String, Dialect> byName(List<Dialect> dialects) {
        Map<String, Dialect> map = new TreeMap<>();
        dialects.forEach(dialect -> map.put(dialect.name(), dialect));
        return map;
    }
}
