package io.github.camelllm.call;

import java.time.Instant;

/**
 * A change of what decides about money.
 *
 * @param kind what was changed, such as {@code budget}
 * @param name which one
 * @param actor who or what changed it, such as {@code reload} or the name of a person
 * @param before as text, empty if it is new; without secrets
 * @param after as text, empty if it was taken away; without secrets
 */
public record AuditEntry(Instant at, String kind, String name, String actor, String before, String after) {}
