package io.github.camelllm.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.catalog.ProviderDescriptor.AuthScheme;
import io.github.camelllm.wire.WireProfile;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProviderCatalogTest {
    private static final String ACME = """
            id: acme
            dialect: openai-chat
            baseUrl: https://llm.acme.example/v1/
            auth: {scheme: bearer, env: ACME_KEY}
            """;

    @Test
    void readsADescriptorWithAllItsParts() {
        ProviderDescriptor acme = yaml("""
                        id: acme
                        telemetryName: acme.ai
                        dialect: openai-chat
                        baseUrl: https://{region}.acme.example/{team}/v1
                        variables:
                          region: {env: ACME_REGION, default: eu, description: where it runs}
                          team: red
                        auth: {scheme: header, name: X-Key, env: [ACME_KEY, OLD_ACME_KEY], optional: true}
                        headers: {X-Team: '{team}', X-Fixed: yes please}
                        omit: [seed, stop]
                        rename: {max_tokens: max_completion_tokens}
                        defaults: {safe: true, level: 2, ratio: 0.1, tags: [a, 1], nested: {x: null}}
                        roles: {developer: system}
                        options: {reasoning: none, embeddings.max-inputs: 16, anything: x}
                        """.replace(", anything: x", "")).get("acme");
        assertThat(acme.telemetryName()).isEqualTo("acme.ai");
        assertThat(acme.auth().scheme()).isEqualTo(AuthScheme.HEADER);
        assertThat(acme.auth().name()).contains("X-Key");
        assertThat(acme.auth().env()).containsExactly("ACME_KEY", "OLD_ACME_KEY");
        assertThat(acme.auth().optional()).isTrue();
        WireProfile profile = acme.profileFor("any");
        assertThat(profile.omit()).containsExactlyInAnyOrder("seed", "stop");
        assertThat(profile.nameOf("max_tokens")).isEqualTo("max_completion_tokens");
        assertThat(profile.roleOf("developer")).isEqualTo("system");
        assertThat(profile.option("embeddings.max-inputs", "")).isEqualTo("16");
        assertThat(profile.defaults())
                .containsEntry("safe", true)
                .containsEntry("level", 2L)
                .containsEntry("ratio", new BigDecimal("0.1"))
                .containsEntry("tags", List.of("a", 1L))
                .containsKey("nested");
        assertThat(acme.definedIn()).isEqualTo("acme.yaml");
        assertThat(acme.dataPolicy()).isEqualTo(DataPolicy.UNKNOWN);
        assertThat(acme.prices().provider()).isEqualTo("acme");
    }

    @Test
    void aPropertyIsNotBothOneValueAndAMap() {
        assertThatThrownBy(() -> ProviderCatalog.builtIn()
                        .withProperties(Map.of("groq.auth", "bearer", "groq.auth.env", "OUR_KEY")))
                .isInstanceOf(CatalogException.class)
                .hasMessage("property groq.auth: is given both as one value and in parts");
    }

    @Test
    void readsListsAndSeveralDocuments() {
        assertThat(yaml("- {id: a1, extends: openai}\n- {id: a2, extends: groq}\n")
                        .ids())
                .contains("a1", "a2");
        assertThat(yaml("id: a1\nextends: openai\n---\nid: a2\nextends: a1\n")
                        .get("a2")
                        .dialect())
                .isEqualTo("openai-chat");
        assertThat(yaml("# nothing here\n").ids())
                .isEqualTo(ProviderCatalog.builtIn().ids());
    }

    @Test
    void replacesAShippedProviderWhole() {
        ProviderCatalog catalog = yaml(ACME.replace("id: acme", "id: groq"));
        assertThat(catalog.get("groq").baseUrl()).isEqualTo("https://llm.acme.example/v1/");
        assertThat(catalog.get("groq").profileFor("m").omit()).isEmpty();
        assertThat(ProviderCatalog.builtIn().get("groq").profileFor("m").omit()).isNotEmpty();
    }

    @Test
    void extendsAProviderAndChangesSingleKeys() {
        ProviderDescriptor groq = ProviderCatalog.builtIn().get("groq");
        ProviderDescriptor own = yaml("""
                        id: groq
                        extends: groq
                        baseUrl: https://proxy.example/groq
                        auth: {env: OUR_GROQ_KEY}
                        headers: {X-Team: blue}
                        omit: [seed]
                        """).get("groq");
        assertThat(own.baseUrl()).isEqualTo("https://proxy.example/groq");
        assertThat(own.telemetryName()).isEqualTo("groq");
        assertThat(own.auth().scheme()).isEqualTo(AuthScheme.BEARER);
        assertThat(own.auth().env()).containsExactly("OUR_GROQ_KEY");
        assertThat(own.headers()).containsExactly(Map.entry("X-Team", "blue"));
        assertThat(own.profiles().base().omit()).containsExactly("seed");
        assertThat(own.profiles().base().options())
                .isEqualTo(groq.profiles().base().options());
        assertThat(own.dataPolicy()).isEqualTo(groq.dataPolicy());
    }

    @Test
    void anExtendingProviderHasItsOwnNameInTelemetry() {
        assertThat(yaml("id: acme\nextends: mistral\n").get("acme").telemetryName())
                .isEqualTo("acme");
    }

    @Test
    void takesAwayWhatIsSetToNothing() {
        ProviderDescriptor own = yaml("id: openai\nextends: openai\nheaders: {OpenAI-Project: ~}\nmodels: ~\n")
                .get("openai");
        assertThat(own.headers()).containsOnlyKeys("OpenAI-Organization");
        assertThat(own.profiles().adjustments()).isEmpty();
    }

    @Test
    void forgetsTheHeaderNameWhenTheSchemeChanges() {
        ProviderDescriptor own = yaml("id: az\nextends: azure-openai\nauth: {scheme: bearer, env: ENTRA}\n")
                .get("az");
        assertThat(own.auth().scheme()).isEqualTo(AuthScheme.BEARER);
        assertThat(own.auth().name()).isEmpty();
    }

    @Test
    void laysLaterChangesOverEarlierOnes() {
        ProviderCatalog catalog = yaml("id: acme\nextends: openai\nbaseUrl: https://one.example/v1\n")
                .withProperties(Map.of("acme.headers.X-Two", "2"))
                .withProperties(Map.of("acme.baseUrl", "https://three.example/v1"));
        ProviderDescriptor acme = catalog.get("acme");
        assertThat(acme.baseUrl()).isEqualTo("https://three.example/v1");
        assertThat(acme.headers()).containsEntry("X-Two", "2").containsKey("OpenAI-Organization");
    }

    @Test
    void readsFlatProperties() {
        ProviderCatalog catalog = ProviderCatalog.builtIn()
                .withProperties(Map.of(
                        "groq.baseUrl", "https://proxy.example/groq",
                        "groq.omit", "seed, stop",
                        "groq.dataPolicy.trainsOnApiData", "no",
                        "acme.extends", "openai",
                        "acme.auth.env", "ACME_KEY",
                        "acme.options.embeddings.max-inputs", "8",
                        "acme.defaults.safe_prompt", "true",
                        "acme.defaults.thinking", "{type: enabled}",
                        "acme.variables.host.default", "llm.acme.example",
                        "acme.headers.OpenAI-Project", ""));
        ProviderDescriptor groq = catalog.get("groq");
        assertThat(groq.baseUrl()).isEqualTo("https://proxy.example/groq");
        assertThat(groq.profiles().base().omit()).containsExactlyInAnyOrder("seed", "stop");
        assertThat(groq.auth().env()).containsExactly("GROQ_API_KEY");
        assertThat(groq.dataPolicy().trainsOnApiData()).isEqualTo(DataPolicy.Training.NO);
        assertThat(groq.dataPolicy().regions()).contains("eu");
        ProviderDescriptor acme = catalog.get("acme");
        assertThat(acme.auth().env()).containsExactly("ACME_KEY");
        assertThat(acme.profileFor("m").option("embeddings.max-inputs", "")).isEqualTo("8");
        assertThat(acme.profileFor("m").defaults())
                .containsEntry("safe_prompt", true)
                .containsEntry("thinking", Map.of("type", "enabled"));
        assertThat(acme.baseUrl(name -> null, name -> null)).isEqualTo("https://llm.acme.example/v1");
        assertThat(acme.headers()).doesNotContainKey("OpenAI-Project");
        assertThat(acme.definedIn()).isEqualTo("properties");
    }

    static Stream<Arguments> wrongDescriptors() {
        return Stream.of(
                wrong(
                        "scheme: bearer",
                        "scheme: token",
                        "acme.yaml line 4: 'auth.scheme' must be one of bearer, header, query, none but is 'token'"),
                wrong(
                        "scheme: bearer",
                        "schema: bearer",
                        "acme.yaml line 4: unknown key 'auth.schema'; did you mean 'scheme'?"),
                wrong(
                        "scheme: bearer",
                        "scheme: header",
                        "acme.yaml line 4: 'auth.name' must be the name of the header but is missing"),
                wrong(
                        "scheme: bearer",
                        "scheme: bearer, name: X-Key",
                        "acme.yaml line 4: 'auth.name' is only for the schemes header and query, not for bearer"),
                wrong(
                        "env: ACME_KEY",
                        "env: sk-live-0815",
                        "acme.yaml line 4: 'auth.env' must be the name of an environment variable but is something else"
                                + " (not shown, since it may be a key)"),
                wrong(
                        "auth: {scheme: bearer, env: ACME_KEY}",
                        "auth: none",
                        "acme.yaml line 4: 'auth' must be a map but is 'none'"),
                wrong(
                        "auth: {scheme: bearer, env: ACME_KEY}",
                        "",
                        "acme.yaml line 1: 'auth' is missing; expected a map such as {scheme: bearer, env: ACME_API_KEY} or"
                                + " {scheme: none}"),
                wrong(
                        "dialect: openai-chat",
                        "dialect: openai-chats",
                        "acme.yaml line 2: 'dialect' must be one of anthropic, gemini, openai-chat but is 'openai-chats'; did"
                                + " you mean 'openai-chat'?"),
                wrong(
                        "dialect: openai-chat",
                        "",
                        "acme.yaml line 1: 'dialect' is missing; expected one of anthropic, gemini, openai-chat"),
                wrong(
                        "id: acme",
                        "id: Acme",
                        "acme.yaml line 1: 'id' must be lower-case letters, digits and '-' but is 'Acme'"),
                wrong("id: acme", "idd: acme", "acme.yaml line 1: unknown key 'idd'; did you mean 'id'?"),
                wrong(
                        "https://llm",
                        "ftp://llm",
                        "acme.yaml line 3: 'baseUrl' must begin with https:// or http:// but is 'ftp://llm.acme.example/v1/'"),
                wrong(
                        "llm.acme",
                        "{regoin}.acme",
                        "acme.yaml line 3: 'baseUrl' names the variable 'regoin', which 'variables' does not define"),
                wrong(
                        "id: acme",
                        "id: acme\nomits: [seed]",
                        "acme.yaml line 2: unknown key 'omits'; did you mean 'omit'?"),
                wrong("id: acme", "id: acme\nomit: {seed: 1}", "acme.yaml line 2: 'omit' must be a list but is a map"),
                wrong("id: acme", "id: acme\nrename: [a]", "acme.yaml line 2: 'rename' must be a map but is a list"),
                wrong(
                        "id: acme",
                        "id: acme\noptions:\n  reasoning: lots",
                        "acme.yaml line 3: 'options.reasoning' must be one of chat_template_kwargs, enable_thinking, none,"
                                + " reasoning, reasoning_effort, thinking, thinking+effort but is 'lots'"),
                wrong(
                        "id: acme",
                        "id: acme\noptions:\n  reasonin: none",
                        "acme.yaml line 3: dialect openai-chat has no option 'reasonin'; did you mean 'reasoning'"),
                wrong(
                        "id: acme",
                        "id: acme\noptions: {embeddings.max-inputs: many}",
                        "acme.yaml line 2: 'options.embeddings.max-inputs' must be a whole number above 0 but is 'many'"),
                wrong(
                        "id: acme",
                        "id: acme\nmodels:\n  - match: 'gpt-('\n",
                        "acme.yaml line 3: 'models.match' must be a regular expression but 'gpt-(' is none: Unclosed group"),
                wrong(
                        "id: acme",
                        "id: acme\nmodels:\n  - omit: [seed]\n",
                        "acme.yaml line 3: 'models.match' is missing; expected a regular expression for the whole model id"),
                wrong(
                        "id: acme",
                        "id: acme\nlimits: {requestsPerMinute: 0}",
                        "acme.yaml line 2: 'limits.requestsPerMinute' must be a whole number from 1 to 2147483647 but is '0'"),
                wrong(
                        "id: acme",
                        "id: acme\ndataPolicy: {trainsOnApiData: never}",
                        "acme.yaml line 2: 'dataPolicy.trainsOnApiData' must be one of no, yes, optOut, optIn, unknown but is"
                                + " 'never'"),
                wrong(
                        "id: acme",
                        "id: acme\ndataPolicy: {asOf: today}",
                        "acme.yaml line 2: 'dataPolicy.asOf' must be a date such as 2026-11-23 but is 'today'"),
                wrong("id: acme", "id: acme\nid: acme", "acme.yaml line 2: 'id' is given twice"),
                wrong(
                        "id: acme",
                        "id: acme\nextends: opnai",
                        "acme.yaml line 1: 'extends' names 'opnai', which is no provider; did you mean 'openai'?"),
                wrong("id: acme", "id: acme\nextends: acme", "acme.yaml line 1: provider 'acme' extends itself"),
                wrong(
                        "id: acme",
                        "id: acme\nomit: &all [seed]",
                        "acme.yaml line 2: anchors and aliases are not supported; write the value out"),
                wrong(
                        "id: acme",
                        "id: acme\n---\nid: acme",
                        "acme.yaml line 3: provider 'acme' is described twice in acme.yaml"),
                wrong("id: acme", "id: 'acme", "acme.yaml line 5: this is not YAML: "),
                wrong(ACME, "- just a text", "acme.yaml line 1: a descriptor must be a map but is 'just a text'"),
                wrong(
                        "id: acme",
                        "id: acme\nvariables: {a: {default: '{b}'}}",
                        "acme.yaml line 2: 'variables.a.default' names the variable 'b', which 'variables' does not define"));
    }

    private static Arguments wrong(String part, String replacement, String message) {
        return Arguments.of(ACME.replace(part, replacement), message);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("wrongDescriptors")
    void refusesAWrongDescriptorWithFileLineKeyAndWhatWasExpected(String text, String message) {
        assertThatThrownBy(() -> yaml(text))
                .isInstanceOf(CatalogException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void neverRepeatsAKeyPutInTheWrongPlace() {
        assertThatThrownBy(() -> yaml(ACME.replace("ACME_KEY", "sk-live-0815")))
                .message()
                .doesNotContain("sk-live");
    }

    @Test
    void namesTheWrongProperty() {
        assertThatThrownBy(() -> ProviderCatalog.builtIn().withProperties(Map.of("groq.auth.scheme", "token")))
                .hasMessage("property groq.auth.scheme: 'auth.scheme' must be one of bearer, header, query, none but is"
                        + " 'token'");
        assertThatThrownBy(() -> ProviderCatalog.builtIn().withProperties(Map.of("groq", "x")))
                .hasMessage("property groq: expected a provider's id and a key, such as groq.baseUrl");
        assertThatThrownBy(() -> ProviderCatalog.builtIn().withProperties(Map.of("groq.models[0].match", "x")))
                .hasMessage("property groq.models[0].match: adjustments for single models need a file");
        assertThatThrownBy(() -> ProviderCatalog.builtIn().withProperties(Map.of("groq.base.url", "x")))
                .hasMessageStartingWith("property groq.base.url: unknown key 'base'; did you mean 'baseUrl'");
    }

    @Test
    void listsNearAndAllProvidersForAnUnknownOne() {
        assertThat(ProviderCatalog.builtIn().find("gorq")).isEmpty();
        assertThatThrownBy(() -> ProviderCatalog.builtIn().get("gorq"))
                .isInstanceOf(CatalogException.class)
                .hasMessageStartingWith(
                        "unknown provider 'gorq'; did you mean 'groq'? known are anthropic, azure-openai, ")
                .hasMessageEndingWith(", xai, zai");
        assertThatThrownBy(() -> ProviderCatalog.builtIn().get("completely-else"))
                .hasMessageStartingWith("unknown provider 'completely-else'; known are anthropic, ");
    }

    @Test
    void namesThePathWhenExtendsGoesRound() {
        assertThatThrownBy(() -> yaml("- {id: a, extends: b}\n- {id: b, extends: a}\n"))
                .hasMessage("acme.yaml line 2: 'extends' goes round: a → b → a");
    }

    @Test
    void fillsVariablesFromSettingsThenEnvironmentThenDefaults() {
        ProviderDescriptor azure = ProviderCatalog.builtIn().get("azure-openai");
        Map<String, String> environment = Map.of("AZURE_OPENAI_ENDPOINT", "https://env.openai.azure.com/");
        assertThat(azure.baseUrl(name -> null, environment::get)).isEqualTo("https://env.openai.azure.com/openai/v1");
        assertThat(azure.baseUrl(Map.of("resource", "mine")::get, name -> null))
                .isEqualTo("https://mine.openai.azure.com/openai/v1");
        assertThat(azure.baseUrl(Map.of("host", "own.example")::get, environment::get))
                .isEqualTo("https://own.example/openai/v1");
        assertThatThrownBy(() -> azure.baseUrl(name -> null, name -> null))
                .isInstanceOf(CatalogException.class)
                .hasMessage(
                        "azure-openai needs the variable 'resource' (name of the Azure OpenAI resource); set it, or the"
                                + " environment variable AZURE_RESOURCE_NAME; base URL https://{host}/openai/v1");
    }

    @Test
    void aValueWithASchemeReplacesTheTemplates() {
        ProviderDescriptor nvidia = ProviderCatalog.builtIn().get("nvidia");
        assertThat(nvidia.baseUrl(Map.of("host", "http://nim.internal:8000")::get, name -> null))
                .isEqualTo("http://nim.internal:8000/v1");
        ProviderDescriptor ollama = ProviderCatalog.builtIn().get("ollama");
        assertThat(ollama.baseUrl(Map.of("host", "https://ollama.com")::get, name -> null))
                .isEqualTo("https://ollama.com/v1");
    }

    @Test
    void refusesValuesThatMakeNoUrl() {
        ProviderDescriptor nvidia = ProviderCatalog.builtIn().get("nvidia");
        assertThatThrownBy(() -> nvidia.baseUrl(Map.of("host", "a b")::get, name -> null))
                .hasMessage("nvidia: the value of variable 'host' holds white space or a control character");
        assertThatThrownBy(() -> nvidia.baseUrl(Map.of("host", "%zz")::get, name -> null))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("is no URL");
    }

    @Test
    void refusesVariablesThatDefineEachOther() {
        ProviderDescriptor acme = yaml(ACME.replace("llm.acme", "{a}.acme")
                        + "variables: {a: {default: '{b}'}, b: {default: '{a}'}}\n")
                .get("acme");
        assertThatThrownBy(() -> acme.baseUrl(name -> null, name -> null))
                .hasMessage("acme: variable 'a' is defined by itself: a → b");
    }

    @Test
    void leavesOutHeadersWhoseVariableHasNoValue() {
        ProviderDescriptor openai = ProviderCatalog.builtIn().get("openai");
        assertThat(openai.headers(name -> null, name -> null)).isEmpty();
        assertThat(openai.headers(name -> null, Map.of("OPENAI_ORG_ID", " org_1 ")::get))
                .containsExactly(Map.entry("OpenAI-Organization", "org_1"));
        assertThatThrownBy(() -> openai.headers(Map.of("project", "a\r\nb")::get, name -> null))
                .hasMessage("openai: the value of header OpenAI-Project holds a control character");
    }

    @Test
    void findsTheKeyInTheFirstVariableThatIsSet() {
        ProviderDescriptor gemini = ProviderCatalog.builtIn().get("gemini");
        assertThat(gemini.auth().key(Map.of("GOOGLE_API_KEY", " ", "GEMINI_API_KEY", "k2\n")::get))
                .contains("k2");
        assertThat(gemini.auth().key(name -> null)).isEmpty();
    }

    @Test
    void printsNoHeaderValues() {
        ProviderDescriptor acme = yaml(ACME + "headers: {X-Secret: hush}\n").get("acme");
        assertThat(acme.toString())
                .isEqualTo("ProviderDescriptor[acme, openai-chat, https://llm.acme.example/v1/, acme.yaml]");
    }

    @Test
    void laysAllMatchingAdjustmentsOverTheProviderInOrder() {
        ProviderDescriptor acme = yaml(ACME + """
                        omit: [seed]
                        options: {reasoning: thinking}
                        models:
                          - match: 'big-.*'
                            omit: [stop]
                            options: {reasoning: none}
                            defaults: {depth: 1, mode: a}
                          - match: '.*-two'
                            rename: {user: user_id}
                            defaults: {depth: 2}
                        """).get("acme");
        WireProfile both = acme.profileFor("big-two");
        assertThat(both.omit()).containsExactlyInAnyOrder("seed", "stop");
        assertThat(both.option("reasoning", "")).isEqualTo("none");
        assertThat(both.defaults()).isEqualTo(Map.of("depth", 2L, "mode", "a"));
        assertThat(both.nameOf("user")).isEqualTo("user_id");
        assertThat(acme.profileFor("not-big-at-all")).isEqualTo(acme.profiles().base());
        assertThat(acme.profileFor("big-two")).isSameAs(both);
    }

    @Test
    void remembersAtMostSomeThousandModels() {
        BoundedCache<String> cache = new BoundedCache<>(key -> "value of " + key);
        for (int i = 0; i < 5_000; i++) {
            assertThat(cache.get("model-" + i)).isEqualTo("value of model-" + i);
        }
        assertThat(cache.size()).isLessThanOrEqualTo(2_000);
        assertThat(new BoundedCache<>(String::length).get("x".repeat(10_000))).isEqualTo(10_000);
    }

    private static ProviderCatalog yaml(String text) {
        return ProviderCatalog.builtIn().withYaml("acme.yaml", new StringReader(text));
    }
}
