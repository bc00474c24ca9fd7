package io.github.camelllm.routes.dashboard;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which calls are listed: those with an attempt that all of this is true of.
 *
 * @param provider empty for any, and so the others
 * @param outcome as the ledger has it
 * @param tag name and value, both or neither
 */
record CallFilter(
        Optional<Instant> from,
        Optional<Instant> to,
        Optional<String> provider,
        Optional<String> model,
        Optional<String> outcome,
        Optional<Tag> tag) {
    static final List<String> OUTCOMES = List.of("SUCCEEDED", "FAILED", "CANCELLED", "INTERRUPTED");

    /** A tag and its value. */
    record Tag(String name, String value) {}

    /** @throws IllegalArgumentException if a parameter makes no sense */
    static CallFilter of(DashboardRequest request) {
        Optional<String> name = request.parameter("tag");
        Optional<String> value = request.parameter("tagValue");
        if (name.isPresent() != value.isPresent()) {
            throw new IllegalArgumentException("tag and tagValue: expected both or neither, but "
                    + (name.isPresent() ? "tagValue" : "tag") + " is missing");
        }
        Optional<String> outcome = request.parameter("outcome").map(text -> text.toUpperCase(Locale.ROOT));
        if (outcome.isPresent() && !OUTCOMES.contains(outcome.get())) {
            throw new IllegalArgumentException(
                    "outcome: expected one of " + OUTCOMES + ", but came '" + outcome.get() + "'");
        }
        return new CallFilter(
                time(request, "from"),
                time(request, "to"),
                request.parameter("provider"),
                request.parameter("model"),
                outcome,
                name.map(known -> new Tag(known, value.orElseThrow())));
    }

    private static Optional<Instant> time(DashboardRequest request, String name) {
        return request.parameter(name).map(text -> {
            try {
                return text.endsWith("Z")
                        ? Instant.parse(text)
                        : LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(
                        name + ": expected a time such as 2026-10-17T12:30, but came '" + text + "'", e);
            }
        });
    }

    /**
     * Conditions on an attempt; empty for none.
     *
     * @param alias of the table of attempts
     * @param parameters gets what the conditions compare with
     */
    String conditions(String alias, List<Object> parameters) {
        StringBuilder sql = new StringBuilder();
        from.ifPresent(at -> add(sql, alias + ".started_at >= ?", at, parameters));
        to.ifPresent(at -> add(sql, alias + ".started_at < ?", at, parameters));
        provider.ifPresent(id -> add(sql, alias + ".provider = ?", id, parameters));
        model.ifPresent(id -> add(sql, alias + ".request_model = ?", id, parameters));
        outcome.ifPresent(name -> add(sql, alias + ".outcome = ?", name, parameters));
        // A quote within a name or value is escaped, so only a member can begin like this
        tag.ifPresent(known -> {
            String member = json(known.name) + ":" + json(known.value);
            sql.append(" and (position(? in " + alias + ".tags) = 1 or position(? in " + alias + ".tags) > 0)");
            parameters.add("{" + member);
            parameters.add("," + member);
        });
        return sql.toString();
    }

    private static void add(StringBuilder sql, String condition, Object value, List<Object> parameters) {
        sql.append(" and ").append(condition);
        parameters.add(value);
    }

    private static String json(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
