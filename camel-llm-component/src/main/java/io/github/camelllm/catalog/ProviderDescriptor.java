package io.github.camelllm.catalog;

import io.github.camelllm.wire.WireProfile;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One provider as data: where it is, how one proves who one is, how its wire differs from its dialect, and what it says it
 * does with data. Values are templates: {@code {name}} stands for a variable of the descriptor.
 *
 * @param id the {@code {provider}} in {@code llm:{provider}/{model}}
 * @param telemetryName its name in telemetry ({@code gen_ai.provider.name})
 * @param dialect name of its wire format
 * @param baseUrl template of the URL that a dialect's paths are appended to
 * @param variables what may stand in base URL and headers, in the order of the file
 * @param headers templates of headers sent with each request, beside those of dialect and credentials
 * @param idempotencyHeader header that it reads an idempotency key from, so that a request sent twice is processed once
 * @param attemptIdHeader header that it logs the client's id of a request from, so that its exports and its support can name
 *     one; it gets the id of each attempt's record
 * @param profiles how it differs from its dialect, for each model
 * @param limits what it states for everyone
 * @param dataPolicy what it says it does with data; some models differ, see {@link #dataPolicyFor}
 * @param prices where its models stand in the price book
 * @param source page that the wire facts were read from
 * @param definedIn file or properties that the descriptor came from, for people
 */
public record ProviderDescriptor(
        String id,
        String telemetryName,
        String dialect,
        String baseUrl,
        Map<String, Variable> variables,
        Auth auth,
        Map<String, String> headers,
        Optional<String> idempotencyHeader,
        Optional<String> attemptIdHeader,
        ModelProfiles profiles,
        Limits limits,
        DataPolicy dataPolicy,
        PriceKey prices,
        Optional<String> source,
        String definedIn) {

    public ProviderDescriptor {
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /**
     * A value that users set. Looked for in their settings, then in the environment, then here.
     *
     * @param env names of environment variables, the first that is set counts
     * @param defaultValue a template itself; empty if users must set it
     */
    public record Variable(List<String> env, Optional<String> defaultValue, Optional<String> description) {
        public Variable {
            env = List.copyOf(env);
        }
    }

    /**
     * How the key is sent.
     *
     * @param name of the header or query parameter; empty for the other schemes
     * @param env names of environment variables that may hold the key, the first that is set counts
     * @param optional whether calls without a key are usual, as with local servers
     */
    public record Auth(AuthScheme scheme, Optional<String> name, List<String> env, boolean optional) {
        public Auth {
            env = List.copyOf(env);
        }

        /** The key in the environment; empty if none of the variables is set. */
        public Optional<String> key(Function<String, @Nullable String> environment) {
            return firstSet(env, environment);
        }
    }

    /** Where the key goes. */
    public enum AuthScheme {
        /** {@code Authorization: Bearer KEY}. */
        BEARER,
        /** A header of its own. */
        HEADER,
        /** A query parameter. */
        QUERY,
        /** There is no key. */
        NONE
    }

    /** Limits that the provider states for everyone; an account's own can be lower or higher. Empty if unknown. */
    public record Limits(
            OptionalInt requestsPerMinute,
            OptionalLong tokensPerMinute,
            OptionalInt maxConcurrentRequests,
            OptionalInt maxConnections) {
        /** Nothing is stated. */
        public static final Limits UNKNOWN =
                new Limits(OptionalInt.empty(), OptionalLong.empty(), OptionalInt.empty(), OptionalInt.empty());
    }

    /**
     * Where a provider's models stand in the price book.
     *
     * @param provider the price book's name of the provider
     * @param dropPrefixes beginnings of a model id that do not belong to the id in the price book, such as {@code models/}
     * @param dropSuffixes endings that steer routing and have no price of their own, such as {@code :nitro}
     */
    public record PriceKey(String provider, List<String> dropPrefixes, List<String> dropSuffixes) {
        public PriceKey {
            dropPrefixes = List.copyOf(dropPrefixes);
            dropSuffixes = List.copyOf(dropSuffixes);
        }

        /** The id that the price book lists a model under. */
        public String modelOf(String modelId) {
            String model = modelId;
            for (String prefix : dropPrefixes) {
                if (model.startsWith(prefix)) {
                    model = model.substring(prefix.length());
                    break;
                }
            }
            for (String suffix : dropSuffixes) {
                if (model.endsWith(suffix)) {
                    return model.substring(0, model.length() - suffix.length());
                }
            }
            return model;
        }
    }

    /** How requests for a model differ from the dialect. */
    public WireProfile profileFor(String modelId) {
        return profiles.of(modelId);
    }

    /** What the provider says it does with data sent to a model. */
    public DataPolicy dataPolicyFor(String modelId) {
        return profiles.dataPolicy(modelId, dataPolicy);
    }

    /**
     * The base URL with all variables filled in, without a slash at its end. A value that names its own scheme
     * ({@code http://box:11434}) replaces the template's.
     *
     * @param settings the user's values by variable name; null for a variable not set
     * @param environment such as {@code System::getenv}
     * @throws CatalogException if a variable has no value, or the result is no http(s) URL
     */
    public String baseUrl(Function<String, @Nullable String> settings, Function<String, @Nullable String> environment) {
        return new Template(this, settings, environment).url(baseUrl);
    }

    /**
     * The headers with all variables filled in. A header that names a variable without a value is left out.
     *
     * @param settings the user's values by variable name; null for a variable not set
     * @param environment such as {@code System::getenv}
     */
    public Map<String, String> headers(
            Function<String, @Nullable String> settings, Function<String, @Nullable String> environment) {
        Template template = new Template(this, settings, environment);
        Map<String, String> filled = new LinkedHashMap<>();
        headers.forEach((name, value) -> template.header(name, value).ifPresent(text -> filled.put(name, text)));
        return filled;
    }

    /** Without headers: users may put secrets there. */
    @Override
    public String toString() {
        return "ProviderDescriptor[" + id + ", " + dialect + ", " + baseUrl + ", " + definedIn + "]";
    }

    /** The first of some environment variables that is set and not blank, without white space around it. */
    static Optional<String> firstSet(List<String> names, Function<String, @Nullable String> environment) {
        for (String name : names) {
            String value = environment.apply(name);
            if (value != null && !value.isBlank()) {
                return Optional.of(value.trim());
            }
        }
        return Optional.empty();
    }
}
