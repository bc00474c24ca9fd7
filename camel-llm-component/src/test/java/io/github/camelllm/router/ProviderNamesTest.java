package io.github.camelllm.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.catalog.ProviderCatalog;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProviderNamesTest {
    static Stream<ProviderNames> tables() {
        return Stream.of(
                ProviderNames.OPENROUTER_AUTHORS,
                ProviderNames.OPENROUTER_HOSTS,
                ProviderNames.PORTKEY,
                ProviderNames.LITELLM);
    }

    @ParameterizedTest
    @MethodSource("tables")
    void everyNameLeadsToAProviderOfOurs(ProviderNames table) {
        assertThat(table.names()).isNotEmpty().allSatisfy(name -> assertThat(
                        ProviderCatalog.builtIn().find(table.provider(name).orElseThrow()))
                .as(name)
                .isPresent());
    }

    @Test
    void everyAuthorIsAlsoAHost() {
        for (String author : ProviderNames.OPENROUTER_AUTHORS.names()) {
            assertThat(ProviderNames.OPENROUTER_HOSTS.names()).as(author).anySatisfy(host -> assertThat(
                            ProviderNames.OPENROUTER_HOSTS.provider(host))
                    .isEqualTo(ProviderNames.OPENROUTER_AUTHORS.provider(author)));
        }
    }

    @Test
    void pathsAreThoseOfTheProvidersOwnAddress() {
        for (String name : ProviderNames.LITELLM.names()) {
            ProviderNames.LITELLM.path(name).ifPresent(path -> assertThat(ProviderCatalog.builtIn()
                            .get(ProviderNames.LITELLM.provider(name).orElseThrow())
                            .baseUrl())
                    .as(name)
                    .endsWith(path));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "anthropic, claude-sonnet-4.5, claude-sonnet-4-5",
        "deepseek, deepseek-v4-pro, deepseek-v4-pro",
        "minimax, minimax-m3, MiniMax-M3",
        "groq, openai/gpt-oss-20b, openai/gpt-oss-20b",
        "deepinfra, deepseek/deepseek-v4-pro, deepseek-ai/DeepSeek-V4-Pro"
    })
    void findsModelsThatOthersSpellDifferently(String provider, String foreign, String own) {
        assertThat(ProviderNames.modelAt(provider, foreign)).contains(own);
    }

    @Test
    void doesNotTakeAnotherModelForIt() {
        assertThat(ProviderNames.modelAt("deepinfra", "meta-llama/llama-3.3-70b-instruct"))
                .isEmpty();
    }
}
