package io.github.camelllm.chat;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** One model as its provider lists it. */
public record ModelInfo(
        String id,
        Optional<String> displayName,
        Optional<String> ownedBy,
        Optional<Instant> created,
        OptionalLong contextWindowTokens,
        OptionalLong maxOutputTokens) {}
