package io.github.camelllm.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.catalog.PriceBook;
import io.github.camelllm.catalog.ProviderCatalog;
import io.github.camelllm.catalog.ProviderDescriptor;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProviderChoiceTest {
    private static final LocalModels NOTHING_LOCAL = (server, url) -> Optional.empty();

    private static ProviderChoice choose(Map<String, String> environment, LocalModels local) {
        return ProviderChoice.of(Optional.empty(), environment::get, local);
    }

    private static ProviderChoice named(String wanted) {
        return ProviderChoice.of(Optional.of(wanted), name -> null, NOTHING_LOCAL);
    }

    @Test
    void takesTheProviderWhoseKeyIsInTheEnvironment() {
        ProviderChoice choice = choose(Map.of("MISTRAL_API_KEY", "k"), NOTHING_LOCAL);

        assertThat(choice.target()).isEqualTo("mistral/mistral-small-2603");
        assertThat(choice.why()).contains("MISTRAL_API_KEY").doesNotContain("\"k\"");
    }

    @Test
    void ofSeveralKeysTheFirstInTheListCounts() {
        assertThat(choose(Map.of("GROQ_API_KEY", "k", "OPENAI_API_KEY", "k", "ANTHROPIC_API_KEY", " "), NOTHING_LOCAL)
                        .provider())
                .isEqualTo("openai");
    }

    @Test
    void tokensMadeForOtherThingsAreNoConsent() {
        assertThat(choose(Map.of("GITHUB_TOKEN", "k", "HF_TOKEN", "k", "CLOUDFLARE_API_TOKEN", "k"), NOTHING_LOCAL)
                        .isSimulated())
                .isTrue();
    }

    @Test
    void takesOllamaWhereItIsAndItsFirstModel() {
        ProviderChoice choice = choose(
                Map.of("OLLAMA_HOST", "gpu-box:11434"),
                (server, url) -> url.equals("http://gpu-box:11434/v1") ? Optional.of("qwen3:8b") : Optional.empty());

        assertThat(choice.target()).isEqualTo("ollama/qwen3:8b");
    }

    @Test
    void takesLlamaCppIfThereIsNoOllama() {
        assertThat(choose(
                                Map.of(),
                                (server, url) -> server.equals("llamacpp") ? Optional.of("m.gguf") : Optional.empty())
                        .target())
                .isEqualTo("llamacpp/m.gguf");
    }

    @Test
    void fallsBackToTheSimulator() {
        assertThat(choose(Map.of(), NOTHING_LOCAL).isSimulated()).isTrue();
    }

    @Test
    void whatIsNamedWinsAndMayHoldSlashes() {
        assertThat(named("openrouter/meta-llama/llama-3.1-8b-instruct:free").model())
                .isEqualTo("meta-llama/llama-3.1-8b-instruct:free");
        assertThat(named("openai").model()).isEqualTo("gpt-5-mini");
        assertThatThrownBy(() -> named("azure-openai")).hasMessageContaining("-Dllm=azure-openai/MODEL");
        assertThatThrownBy(() -> named("opnai")).hasMessageContaining("openai");
    }

    @Test
    void everyDefaultModelHasAKnownProviderAndPrice() {
        assertThat(ProviderChoice.defaultModels()).hasSizeGreaterThan(10).allSatisfy((id, model) -> {
            ProviderDescriptor provider = ProviderCatalog.builtIn().get(id);
            assertThat(provider.auth().env()).isNotEmpty();
            assertThat(PriceBook.builtIn().find(provider.prices().provider(), model, Instant.EPOCH))
                    .isPresent();
        });
    }

    @Test
    void readsListsOfLocalServers() throws IOException {
        assertThat(LocalModels.firstOf("ollama", "{\"data\":[{\"id\":\"nomic-embed-text\"},{\"id\":\"llama3.2:3b\"}]}"))
                .contains("llama3.2:3b");
        assertThat(LocalModels.firstOf("llamacpp", "{\"data\":[{\"id\":\"m\",\"owned_by\":\"llamacpp\"}]}"))
                .contains("m");
        // Something else that listens at port 8080
        assertThat(LocalModels.firstOf("llamacpp", "{\"data\":[{\"id\":\"m\",\"owned_by\":\"acme\"}]}"))
                .isEmpty();
        assertThat(LocalModels.firstOf("ollama", "{\"data\":null}")).isEmpty();
    }
}
