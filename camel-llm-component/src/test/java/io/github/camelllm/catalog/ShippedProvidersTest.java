package io.github.camelllm.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.catalog.ModelProfiles.Adjustment;
import io.github.camelllm.catalog.ProviderDescriptor.AuthScheme;
import io.github.camelllm.wire.WireProfile;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ShippedProvidersTest {
    /** Members and words that the codecs know under these names. */
    private static final Map<String, Set<String>> WIRE_NAMES = Map.of(
            "openai-chat",
            Set.of(
                    "max_tokens",
                    "temperature",
                    "top_p",
                    "top_k",
                    "n",
                    "stop",
                    "frequency_penalty",
                    "presence_penalty",
                    "logit_bias",
                    "logprobs",
                    "top_logprobs",
                    "seed",
                    "stream_options",
                    "tools",
                    "tool_choice",
                    "parallel_tool_calls",
                    "response_format",
                    "verbosity",
                    "modalities",
                    "service_tier",
                    "store",
                    "metadata",
                    "prompt_cache_key",
                    "user",
                    "dimensions",
                    "image",
                    "audio",
                    "video",
                    "document",
                    "json_schema",
                    "json_object",
                    "name",
                    "strict"),
            "anthropic",
            Set.of("temperature", "top_p", "top_k", "stop_sequences", "tools", "metadata", "service_tier"),
            "gemini",
            Set.of("labels", "systemInstruction", "thinkingConfig"));

    static List<ProviderDescriptor> shipped() {
        return ProviderCatalog.builtIn().all();
    }

    @Test
    void allPromisedProvidersAreThere() {
        assertThat(ProviderCatalog.builtIn().ids())
                .hasSize(34)
                .contains("openai", "azure-openai", "anthropic", "gemini", "mistral", "groq", "ollama", "simulator");
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void namesItsSourceAndTheDateOfItsDataPolicy(ProviderDescriptor provider) {
        assertThat(provider.source()).hasValueSatisfying(url -> assertThat(url).startsWith("https://"));
        assertThat(provider.dataPolicy().asOf()).contains(LocalDate.of(2026, 11, 23));
        assertThat(provider.dataPolicy().source())
                .hasValueSatisfying(url -> assertThat(url).startsWith("https://"));
        assertThat(provider.definedIn()).isEqualTo("built in");
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void usesEachOfItsVariables(ProviderDescriptor provider) {
        Set<String> used = new HashSet<>(Template.variablesIn(provider.baseUrl()));
        provider.headers().values().forEach(value -> used.addAll(Template.variablesIn(value)));
        provider.variables().values().forEach(variable -> variable.defaultValue()
                .ifPresent(text -> used.addAll(Template.variablesIn(text))));
        assertThat(used).isEqualTo(provider.variables().keySet());
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void namesOnlyMembersThatItsDialectWrites(ProviderDescriptor provider) {
        Set<String> known = WIRE_NAMES.get(provider.dialect());
        for (WireProfile profile : profiles(provider)) {
            assertThat(known).containsAll(profile.omit());
            assertThat(known).containsAll(profile.rename().keySet());
            assertThat(Set.of("system", "developer"))
                    .containsAll(profile.roles().keySet());
            assertThat(DialectOptions.names(provider.dialect()))
                    .containsAll(profile.options().keySet());
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void doesNotRenameOrDefaultWhatItOmits(ProviderDescriptor provider) {
        WireProfile profile = provider.profiles().base();
        assertThat(profile.omit()).noneMatch(profile.rename()::containsKey).noneMatch(profile.defaults()::containsKey);
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void everyAdjustmentChangesSomething(ProviderDescriptor provider) {
        for (Adjustment adjustment : provider.profiles().adjustments()) {
            assertThat(adjustment.changes().equals(WireProfile.PLAIN)
                            && adjustment.dataPolicy().isEmpty())
                    .as(adjustment.match())
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void hasAUsableBaseUrlOnceItsVariablesAreGiven(ProviderDescriptor provider) {
        Map<String, String> needed = Map.of("resource", "res", "host", "h.example", "account", "acc", "workspace", "w");
        String url = provider.baseUrl(
                name -> provider.variables().get(name).defaultValue().isPresent() ? null : needed.get(name),
                name -> null);
        assertThat(url).matches("https?://[^/{}]+(/[^{}]*)?").doesNotEndWith("/");
        boolean local = provider.dataPolicy().regions().contains("local")
                || provider.id().equals("litellm");
        assertThat(url).startsWith(local ? "http://localhost:" : "https://");
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void nothingUnknownIsClaimedToBeLocalOnly(ProviderDescriptor provider) {
        if (provider.dataPolicy().regions().contains("local")) {
            assertThat(provider.auth().optional()).isTrue();
        } else {
            assertThat(provider.auth().scheme()).isNotEqualTo(AuthScheme.NONE);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "openai,       gpt-5-mini,               true",
        "openai,       gpt-5.2-2025-12-11,       true",
        "openai,       o3,                       true",
        "openai,       o4-mini-2025-04-16,       true",
        "openai,       ft:gpt-5-mini:acme::x1,   true",
        "openai,       gpt-6-sol,                true",
        "openai,       gpt-10,                   true",
        "openai,       gpt-5-chat-latest,        false",
        "openai,       gpt-4o,                   false",
        "openai,       gpt-4.1-mini,             false",
        "openai,       omni-moderation-latest,   false",
        "azure-openai, gpt-5-nano,               true",
        "azure-openai, gpt-4o-prod,              false",
        "github-models, openai/gpt-5,            true",
        "github-models, openai/o3-mini,          true",
        "github-models, openai/gpt-4.1,          false",
        "github-models, meta/llama-3.3-70b-instruct, false",
        "anthropic,    claude-opus-4-7,          true",
        "anthropic,    claude-opus-4-8,          true",
        "anthropic,    claude-sonnet-5-5,        true",
        "anthropic,    claude-fable-5,           true",
        "anthropic,    claude-opus-4-6,          false",
        "anthropic,    claude-opus-4-20250514,   false",
        "anthropic,    claude-haiku-4-5-20251001, false",
        "anthropic,    claude-3-5-sonnet-20241022, false",
        "moonshot,     kimi-k2.6,                true",
        "moonshot,     kimi-k2-thinking,         false",
    })
    void leavesOutTheTemperatureForModelsThatRefuseIt(String provider, String model, boolean omitted) {
        WireProfile profile = ProviderCatalog.builtIn().get(provider).profileFor(model);
        assertThat(profile.omits("temperature")).isEqualTo(omitted);
    }

    @ParameterizedTest
    @CsvSource({
        "anthropic, claude-opus-4-5-20251101,  budget",
        "anthropic, claude-opus-4-1,           budget",
        "anthropic, claude-sonnet-4-20250514,  budget",
        "anthropic, claude-haiku-4-5,          budget",
        "anthropic, claude-3-7-sonnet-20250219, budget",
        "anthropic, claude-sonnet-4-6,         adaptive",
        "anthropic, claude-opus-4-8,           adaptive",
        "anthropic, claude-opus-5-5,           adaptive",
        "anthropic, claude-3-5-haiku-20241022, none",
        "gemini,    gemini-3.1-pro-preview,    level",
        "gemini,    gemini-2.5-flash,          budget",
        "gemini,    gemini-2.0-flash,          none",
    })
    void asksForThinkingInTheFormThatTheModelKnows(String provider, String model, String form) {
        WireProfile profile = ProviderCatalog.builtIn().get(provider).profileFor(model);
        assertThat(profile.option("thinking", "unset")).isEqualTo(form);
    }

    @Test
    void reasoningModelsOfOpenAiGetTheirInstructionsAsDeveloper() {
        ProviderDescriptor openai = ProviderCatalog.builtIn().get("openai");
        assertThat(openai.profileFor("gpt-5").roleOf("system")).isEqualTo("developer");
        assertThat(openai.profileFor("gpt-4o").roleOf("system")).isEqualTo("system");
        assertThat(openai.profileFor("gpt-4o").nameOf("max_tokens")).isEqualTo("max_completion_tokens");
        assertThat(openai.profileFor("o3").omits("parallel_tool_calls")).isTrue();
        assertThat(openai.profileFor("gpt-5").omits("parallel_tool_calls")).isFalse();
    }

    @Test
    void cloudModelsOfOllamaDoNotCountAsLocal() {
        ProviderDescriptor ollama = ProviderCatalog.builtIn().get("ollama");
        assertThat(ollama.dataPolicyFor("qwen3:8b").regions()).containsExactly("local");
        for (String model : List.of("gpt-oss:120b-cloud", "kimi-k2:cloud")) {
            assertThat(ollama.dataPolicyFor(model).regions()).isEmpty();
            assertThat(ollama.dataPolicyFor(model).trainsOnApiData()).isEqualTo(DataPolicy.Training.UNKNOWN);
        }
    }

    @Test
    void everyPriceKeyThatDiffersFromItsProviderIsInThePriceBook() {
        List<String> priced = PriceBook.builtIn().providers();
        assertThat(shipped().stream()
                        .filter(provider -> !provider.prices().provider().equals(provider.id()))
                        .map(provider -> provider.prices().provider()))
                .isNotEmpty()
                .isSubsetOf(priced);
    }

    private static List<WireProfile> profiles(ProviderDescriptor provider) {
        List<WireProfile> profiles = new ArrayList<>();
        profiles.add(provider.profiles().base());
        Stream.of(provider.profiles().adjustments())
                .flatMap(List::stream)
                .map(Adjustment::changes)
                .forEach(profiles::add);
        return profiles;
    }
}
