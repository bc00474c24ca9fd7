package io.github.camelllm.router;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.router.RouterTarget.MaxPrice;
import io.github.camelllm.router.RouterTarget.PolicyOverride;
import java.math.BigDecimal;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Makes targets of what LiteLLM's {@code litellm_params} say of deployments. */
final class LiteLlmTargets {
    private static final String ENVIRONMENT = "os.environ/";

    private final RouterImport.Settings settings;
    private final LiteLlmSettings global;
    private final List<RouterImport.Note> notes;

    /**
     * @param global settings of LiteLLM that hold where a deployment has none of its own
     * @param notes gets what has no counterpart here
     */
    LiteLlmTargets(RouterImport.Settings settings, LiteLlmSettings global, List<RouterImport.Note> notes) {
        this.settings = settings;
        this.global = global;
        this.notes = notes;
    }

    /** A provider of ours, what LiteLLM calls it, and the model there. */
    record Reference(ModelRef model, String theirs) {}

    /** What a deployment asks; empty if its provider is none here. */
    Optional<Reference> reference(ForeignMap parameters) {
        String asked = text(parameters, "model")
                .orElseThrow(() -> new CatalogException(parameters.where() + ": '" + parameters.path("model")
                        + "' is missing; expected provider/model"));
        return reference(parameters.text("custom_llm_provider"), asked);
    }

    private static Optional<Reference> reference(Optional<String> named, String asked) {
        int slash = asked.indexOf('/');
        String prefix = slash > 0 ? asked.substring(0, slash) : "";
        String rest = asked.substring(slash + 1);
        if (named.isPresent()) {
            String model = named.get().equals(prefix) ? rest : asked;
            return ProviderNames.LITELLM
                    .provider(named.get())
                    .map(provider -> new Reference(new ModelRef(provider, model), named.get()));
        }
        Optional<String> provider = ProviderNames.LITELLM.provider(prefix);
        if (provider.isPresent() && !rest.isEmpty()) {
            return Optional.of(new Reference(new ModelRef(provider.get(), rest), prefix));
        }
        // LiteLLM knows the makers of names without a provider.
        for (String maker : List.of("openai", "anthropic")) {
            boolean theirs = asked.matches(maker.equals("openai") ? "(gpt-|o\\d|chatgpt-|ft:gpt-).*" : "claude-.*");
            if (slash < 0 && (theirs || ProviderNames.modelAt(maker, asked).isPresent())) {
                return Optional.of(new Reference(new ModelRef(maker, asked), maker));
            }
        }
        return Optional.empty();
    }

    /** @param info what {@code model_info} says */
    RouterTarget target(ForeignMap parameters, Optional<ForeignMap> info, Reference reference) {
        Map<String, String> options = new LinkedHashMap<>();
        millis(parameters.number("timeout").or(global::timeoutSeconds))
                .ifPresent(ms -> options.put("requestTimeout", ms));
        millis(parameters.number("stream_timeout").or(global::streamTimeoutSeconds))
                .ifPresent(ms -> options.put("firstByteTimeout", ms));
        for (String key : parameters.keys()) {
            if (ForeignParameters.known(key)) {
                parameters.take(key).ifPresent(value -> ForeignParameters.put(options, key, value));
            }
        }
        parameters.members("extra_headers").forEach((header, value) -> resolved(
                        ForeignMap.text(parameters.path("extra_headers." + header), value),
                        parameters.path("extra_headers." + header))
                .ifPresent(text -> options.put("header." + header, text)));
        parameters
                .members("extra_body")
                .forEach((member, value) -> options.put("extra." + member, ForeignParameters.json(value)));
        text(parameters, "organization").ifPresent(organization -> options.put("var.organization", organization));
        parameters.note("api_version", "Azure's v1 API has no versions", LiteLlmImport.LEFT_OUT);
        List<String> regions = parameters
                .text("region_name")
                .map(region -> List.of(region.toLowerCase(Locale.ROOT)))
                .orElse(List.of());
        Optional<String> baseUrl = text(parameters, "api_base").or(() -> text(parameters, "base_url"));
        if (baseUrl.filter(url -> !url.matches("https?://.+")).isPresent()) {
            throw new CatalogException(
                    parameters.where() + ": '" + parameters.path("api_base") + "' must begin with https:// or http://");
        }
        return new RouterTarget(
                info.flatMap(inner -> inner.text("id")).orElse(reference.model().toString()),
                reference.model(),
                1,
                text(parameters, "api_key"),
                baseUrl.map(url -> withPath(url, ProviderNames.LITELLM.path(reference.theirs()))),
                new PolicyOverride(regions, Optional.empty(), OptionalInt.empty(), Optional.empty()),
                MaxPrice.NONE,
                OptionalDouble.empty(),
                Optional.empty(),
                options);
    }

    private static String withPath(String url, Optional<String> path) {
        try {
            String given = URI.create(url).getPath();
            boolean bare = given == null || given.isEmpty() || given.equals("/");
            return bare && path.isPresent() ? url.replaceFirst("/$", "") + path.get() : url;
        } catch (IllegalArgumentException e) {
            // Templates and the like are taken as they are.
            return url;
        }
    }

    private static Optional<String> millis(Optional<BigDecimal> seconds) {
        return seconds.filter(value -> value.signum() > 0).map(value -> value.movePointRight(3)
                .max(BigDecimal.ONE)
                .toBigInteger()
                .toString());
    }

    private Optional<String> text(ForeignMap map, String key) {
        return map.text(key).flatMap(value -> resolved(value, map.path(key)));
    }

    /** The text, or the environment variable that it refers to. */
    private Optional<String> resolved(String value, String path) {
        if (!value.startsWith(ENVIRONMENT)) {
            return Optional.of(value);
        }
        Optional<String> found = settings.environment()
                .apply(value.substring(ENVIRONMENT.length()))
                .filter(text -> !text.isBlank());
        if (found.isEmpty()) {
            notes.add(new RouterImport.Note(
                    path, "an environment variable", "it is not set", "what the provider uses otherwise holds"));
        }
        return found;
    }
}
