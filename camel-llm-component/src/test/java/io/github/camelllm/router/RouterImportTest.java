package io.github.camelllm.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.router.RouterImport.Settings;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RouterImportTest {
    private static RouterDefinitions yaml(String text) {
        return RouterDefinitions.NONE.withYaml("routers.yaml", new StringReader(text));
    }

    @Test
    void definitionsMayHoldConfigurationsOfOthers() {
        RouterDefinitions all = yaml("""
                - id: own
                  targets: [router/bought, router/gate, router/gpt]
                - id: bought
                  openrouter: {models: [openai/gpt-5-mini, x-ai/grok-4.3]}
                - id: through
                  openrouter: {model: openai/gpt-5-mini}
                  via: openrouter
                - id: gate
                  model: gpt-4o
                  portkey:
                    strategy: {mode: loadbalance}
                    targets: [{provider: openai}, {provider: azure-openai, weight: 2}]
                - litellm:
                    model_list:
                      - {model_name: gpt, litellm_params: {model: openai/gpt-5, api_key: os.environ/KEY, rpm: 5}}
                """).validated();
        assertThat(all.names()).containsExactly("bought", "gate", "gpt", "own", "through");
        assertThat(all.get("through").targets().get(0).name()).isEqualTo("openrouter/openai/gpt-5-mini");
        assertThat(all.get("gate").targets())
                .extracting(RouterTarget::name)
                .containsExactly("openai/gpt-4o", "azure-openai/gpt-4o");
        assertThat(all.get("gpt").definedIn()).isEqualTo("routers.yaml");
        assertThat(all.notes())
                .extracting(RouterImport.Note::path)
                .containsExactly("model_list[0].litellm_params.rpm", "model_list[0].litellm_params.api_key");
    }

    @Test
    void readsEnvironmentVariablesOnlyThroughItsCaller() {
        Settings settings =
                Settings.DEFAULT.withEnvironment(name -> name.equals("KEY") ? Optional.of("sk-1") : Optional.empty());
        RouterDefinitions all = RouterDefinitions.NONE.withYaml(
                "routers.yaml",
                new StringReader("litellm: {model_list: [{model_name: gpt, litellm_params:"
                        + " {model: openai/gpt-5, api_key: os.environ/KEY}}]}"),
                settings);
        assertThat(all.get("gpt").targets().get(0).apiKey()).contains("sk-1");
        assertThat(all.notes()).isEmpty();
    }

    @Test
    void aRequestMayBringItsOwnRouting() {
        RouterImport read = RouterImport.request(
                        "anthropic/claude-haiku-4.5",
                        Map.of(
                                "models", List.of("openai/gpt-5-mini"),
                                "provider", Map.of("sort", "price", "max_price", Map.of("prompt", 1.5)),
                                "top_a", 0.5),
                        Settings.DEFAULT)
                .orElseThrow();
        RouterDefinition router = read.routers().get(0);
        assertThat(router.name()).isEqualTo(RouterImport.REQUEST);
        assertThat(router.targets())
                .extracting(RouterTarget::name)
                .containsExactly("anthropic/claude-haiku-4-5", "openai/gpt-5-mini");
        assertThat(router.constraints().maxPrice().input().orElseThrow()).isEqualByComparingTo("1.5");
        assertThat(read.notes()).isEmpty();
    }

    @Test
    void aRequestWithoutRoutingIsLeftAlone() {
        assertThat(RouterImport.request("openai/gpt-5", Map.of("top_a", 1), Settings.DEFAULT))
                .isEmpty();
    }

    @Test
    void aRequestCannotNameAnyNumberOfModels() {
        List<String> models = new ArrayList<>();
        for (int i = 0; i < 21; i++) {
            models.add("openai/m" + i);
        }
        assertThatThrownBy(() -> RouterImport.request("openai/gpt-5", Map.of("models", models), Settings.DEFAULT))
                .isInstanceOf(CatalogException.class)
                .hasMessage("request: 'models' must name at most 20 models but names 22");
        List<String> hosts = Collections.nCopies(51, "openai");
        assertThatThrownBy(() -> RouterImport.request(
                        "openai/gpt-5", Map.of("provider", Map.of("only", hosts)), Settings.DEFAULT))
                .hasMessage("request provider: 'provider.only' must name at most 50 providers but names 51");
    }

    @Test
    void aRequestMayAskForOwnProvidersAndModelsWithColons() {
        RouterImport read = RouterImport.request(
                        "ollama/qwen3:thinking",
                        Map.of(
                                "models",
                                List.of("groq/openai/gpt-oss-20b", "openrouter/openai/gpt-5:nitro", "openrouter/auto")),
                        Settings.DEFAULT)
                .orElseThrow();
        assertThat(read.routers().get(0).targets())
                .extracting(RouterTarget::name)
                .containsExactly(
                        "ollama/qwen3:thinking",
                        "groq/openai/gpt-oss-20b",
                        "openrouter/openai/gpt-5:nitro",
                        "openrouter/openrouter/auto");
        assertThat(read.notes()).isEmpty();
    }

    @Test
    void theRouterOfARequestReplacesNoOther() {
        RouterDefinitions known =
                yaml("routers: {request: {targets: [simulator/m]}, request-1: {targets: [simulator/m]}}");
        RouterImport read = RouterImport.request(
                        "openai/gpt-oss-20b",
                        Map.of(
                                "models",
                                List.of("x-ai/grok-4.3"),
                                "provider",
                                Map.of("order", List.of("groq", "deepinfra"))),
                        Settings.DEFAULT)
                .orElseThrow();
        RouterDefinitions all = known.with(read);
        assertThat(all.get(RouterImport.REQUEST).targets())
                .extracting(RouterTarget::name)
                .containsExactly("router/@request-1", "xai/grok-4.3");
        assertThat(all.get("request-1")).isEqualTo(known.get("request-1"));
    }

    @Test
    void withoutFallbacksOnlyTheMakerIsAsked() {
        Map<String, Object> provider = Map.of("only", List.of("deepseek", "deepinfra"), "allow_fallbacks", false);
        RouterImport read = RouterImport.request(
                        "deepseek/deepseek-v4-pro", Map.of("provider", provider), Settings.DEFAULT)
                .orElseThrow();
        assertThat(read.routers().get(0).targets())
                .extracting(RouterTarget::name)
                .containsExactly("deepseek/deepseek-v4-pro");
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("openrouter", "{", "OpenRouter line 1 column 2: this is not one JSON value"),
                Arguments.of("openrouter", "", "OpenRouter line 1 column 0: this is not one JSON value"),
                Arguments.of(
                        "openrouter", "{\"model\": sk-1}", "OpenRouter line 1 column 13: this is not one JSON value"),
                Arguments.of("openrouter", "{} {}", "OpenRouter line 1 column 4: this is not one JSON value"),
                Arguments.of(
                        "openrouter",
                        "{\"model\":\"a/b\",\"model\":\"sk-1\"}",
                        "OpenRouter line 1 column 23: this is not one JSON value"),
                Arguments.of("openrouter", "[]", "OpenRouter: the configuration must be a map but is a list of 0"),
                Arguments.of(
                        "openrouter",
                        "{}",
                        "OpenRouter: 'model' or 'models' must name a model such as openai/gpt-5-mini"),
                Arguments.of(
                        "openrouter",
                        "{\"models\":\"sk-1\"}",
                        "OpenRouter models: 'models' must be a list but is a text"),
                Arguments.of(
                        "openrouter",
                        "{\"models\":[1,{}]}",
                        "OpenRouter models[1]: 'models[1]' must be a text but is a map"),
                Arguments.of(
                        "openrouter",
                        "{\"model\":\"gpt-5\"}",
                        "OpenRouter: 'model' must be author/model, such as openai/gpt-5-mini"),
                Arguments.of(
                        "openrouter",
                        or("\"zdr\":\"sk-1\""),
                        "OpenRouter provider zdr: 'provider.zdr' must be true or false but is a text"),
                Arguments.of(
                        "openrouter",
                        or("\"data_collection\":\"sk-1\""),
                        "OpenRouter provider: 'provider.data_collection' must be allow or deny"),
                Arguments.of(
                        "openrouter",
                        or("\"sort\":\"sk-1\""),
                        "OpenRouter provider sort: 'provider.sort' must be one of price, throughput, latency, exacto"),
                Arguments.of(
                        "openrouter",
                        or("\"max_price\":{\"prompt\":\"sk-1\"}"),
                        "OpenRouter provider max_price prompt: 'provider.max_price.prompt' must be a number from 0 but is a text"),
                Arguments.of(
                        "portkey",
                        "{\"provider\":\"openai\"}",
                        "Portkey: 'override_params.model' is missing; expected it, or the model that requests name"),
                Arguments.of(
                        "portkey",
                        "{\"override_params\":{\"model\":\"m\"}}",
                        "Portkey: 'provider' is missing; expected a provider, or a virtual_key, or a model such as @provider/model"),
                Arguments.of(
                        "portkey",
                        "{\"strategy\":{\"mode\":\"fallback\"}}",
                        "Portkey: 'targets' must be a list with targets"),
                Arguments.of(
                        "portkey",
                        pk("\"mode\":\"sk-1\""),
                        "Portkey: 'strategy.mode' must be one of single, fallback, loadbalance, conditional"),
                Arguments.of(
                        "portkey",
                        pk("\"mode\":\"fallback\",\"on_status_codes\":[\"sk-1\"]"),
                        "Portkey strategy on_status_codes[0]: 'strategy.on_status_codes[0]' must be an HTTP status but is a text"),
                Arguments.of(
                        "portkey",
                        pk("\"mode\":\"conditional\""),
                        "Portkey strategy: 'strategy.conditions' must have a condition that can be said in Camel's simple language, or a default beside it"),
                Arguments.of(
                        "portkey",
                        pk("\"mode\":\"conditional\",\"default\":\"x\""),
                        "Portkey strategy: 'strategy.default' names a target that is not there; expected one of t"),
                Arguments.of(
                        "portkey",
                        pk("\"mode\":\"conditional\",\"conditions\":[{\"query\":{}}]"),
                        "Portkey strategy conditions[0]: 'strategy.conditions[0].then' is missing; expected the name of a target"),
                Arguments.of(
                        "portkey",
                        pk("\"mode\":\"conditional\",\"conditions\":[{\"then\":\"t\"}]"),
                        "Portkey strategy conditions[0]: 'strategy.conditions[0].query' is missing; expected a map"),
                Arguments.of(
                        "portkey",
                        pk("\"mode\":\"conditional\",\"conditions\":[{\"query\":5,\"then\":\"t\"}]"),
                        "Portkey strategy conditions[0] query: 'strategy.conditions[0].query' must be a map but is 5"),
                Arguments.of("litellm", "a: 1\n---\nb: 2\n", "config.yaml: expected one YAML document but found 2"),
                Arguments.of(
                        "litellm",
                        "model_list: []",
                        "config.yaml line 1: 'model_list' must be a list with deployments"),
                Arguments.of(
                        "litellm",
                        "model_list:\n  - {litellm_params: {model: openai/m}}",
                        "config.yaml line 2: 'model_list[0].model_name' is missing; expected a name"),
                Arguments.of(
                        "litellm",
                        "model_list:\n  - {model_name: m}",
                        "config.yaml line 2: 'model_list[0].litellm_params' is missing; expected a map with 'model'"),
                Arguments.of(
                        "litellm",
                        "model_list:\n  - {model_name: m, litellm_params: {api_key: sk-1}}",
                        "config.yaml line 2: 'model_list[0].litellm_params.model' is missing; expected provider/model"),
                Arguments.of(
                        "litellm",
                        "model_list:\n  - {model_name: m, litellm_params: {model: openai/m, api_base: sk-1}}",
                        "config.yaml line 2: 'model_list[0].litellm_params.api_base' must begin with https:// or http://"),
                Arguments.of(
                        "litellm",
                        "model_list:\n  - {model_name: m, litellm_params: {model: bedrock/m}}",
                        "config.yaml line 1: 'model_list' must have a deployment at a provider that is known here"),
                Arguments.of(
                        "litellm",
                        "model_list:\n  - {model_name: '??', litellm_params: {model: openai/m}}",
                        "config.yaml line 2: 'model_list[0].model_name' must have a letter or a digit"));
    }

    private static String or(String provider) {
        return "{\"model\":\"openai/gpt-5\",\"provider\":{" + provider + "}}";
    }

    private static String pk(String strategy) {
        return "{\"strategy\":{" + strategy + "},\"targets\":[{\"name\":\"t\",\"provider\":\"openai\","
                + "\"override_params\":{\"model\":\"m\"}}]}";
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusesWhatIsNotOfTheirShapeWithoutShowingTexts(String format, String text, String message) {
        assertThatThrownBy(() -> {
                    switch (format) {
                        case "openrouter" -> RouterImport.openRouter("r", text, Settings.DEFAULT);
                        case "portkey" -> RouterImport.portkey("r", text, Settings.DEFAULT);
                        default -> RouterImport.liteLlm("config.yaml", text, Settings.DEFAULT);
                    }
                })
                .isInstanceOf(CatalogException.class)
                .hasMessage(message)
                .hasMessageNotContaining("sk-1")
                .hasNoCause();
    }

    @Test
    void configurationsThatAreNestedTooDeepAreRefused() {
        String target = "{\"provider\":\"openai\"}";
        for (int i = 0; i < 20; i++) {
            target = "{\"targets\":[" + target + "]}";
        }
        String deep = target;
        assertThatThrownBy(() -> RouterImport.portkey("r", deep, Settings.DEFAULT.withModel("m")))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("is nested deeper than 16");
    }

    @Test
    void jsonIsBounded() {
        assertThatThrownBy(() -> RouterImport.portkey("r", " ".repeat((1 << 20) + 1), Settings.DEFAULT))
                .hasMessage("Portkey: expected at most 1048576 characters but got 1048577");
    }

    @Test
    void namesOfRoutersAreChecked() {
        assertThatThrownBy(() -> RouterImport.portkey("a b", "{}", Settings.DEFAULT))
                .hasMessageStartingWith("Portkey: 'id' must be letters, digits");
    }
}
