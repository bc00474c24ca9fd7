package io.github.camelllm.transport;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** How a request proves who sends it. {@code toString} never shows the secret. */
public sealed interface Credentials {
    /** The header to add; empty if the proof goes elsewhere. */
    Optional<HttpField> header();

    /** The query parameter to add, encoded, without {@code ?} or {@code &}; empty if the proof goes elsewhere. */
    Optional<String> query();

    /** Nothing is sent, as for local servers. */
    record None() implements Credentials {
        @Override
        public Optional<HttpField> header() {
            return Optional.empty();
        }

        @Override
        public Optional<String> query() {
            return Optional.empty();
        }
    }

    /**
     * What a caller brought for its own calls.
     *
     * @param inBudgets whether what such calls cost counts for budgets
     */
    record OfCaller(Credentials own, boolean inBudgets) implements Credentials {
        @Override
        public Optional<HttpField> header() {
            return own.header();
        }

        @Override
        public Optional<String> query() {
            return own.query();
        }
    }

    /** A key or token in a header of its own, such as {@code x-api-key}, or in {@code Authorization: Bearer}. */
    record HeaderKey(HttpField field) implements Credentials {
        /** {@code Authorization: Bearer TOKEN} (RFC 6750). */
        public static HeaderKey bearer(String token) {
            return new HeaderKey(HttpField.of("Authorization", "Bearer " + token));
        }

        public static HeaderKey of(String name, String key) {
            return new HeaderKey(HttpField.of(name, key));
        }

        @Override
        public Optional<HttpField> header() {
            return Optional.of(field);
        }

        @Override
        public Optional<String> query() {
            return Optional.empty();
        }
    }

    /** A key as a query parameter. Addresses end up in logs, so a header is better where the provider takes one. */
    record QueryKey(String name, String key) implements Credentials {
        @Override
        public Optional<HttpField> header() {
            return Optional.empty();
        }

        @Override
        public Optional<String> query() {
            return Optional.of(name + "=" + URLEncoder.encode(key, StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "QueryKey[" + name + "=xxxxxx]";
        }
    }
}
