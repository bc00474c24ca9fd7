package io.github.camelllm.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.catalog.Model.Modality;
import java.time.LocalDate;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ModelCatalogTest {
    private static final ModelCatalog MODELS = ModelCatalog.builtIn();

    @Test
    void describesEveryModelThatHasAPrice() {
        for (String provider : PriceBook.builtIn().providers()) {
            assertThat(MODELS.models(provider).stream().map(Model::id))
                    .isEqualTo(PriceBook.builtIn().models(provider));
        }
    }

    @Test
    void keepsWhatIsKnownOfAModel() {
        Model model = MODELS.find("google", "gemini-2.5-pro").orElseThrow();
        assertThat(model.contextWindowTokens()).isEqualTo(OptionalLong.of(1_048_576));
        assertThat(model.inputs())
                .contains(Modality.TEXT, Modality.IMAGE, Modality.PDF, Modality.AUDIO, Modality.VIDEO);
        assertThat(model.outputs()).containsExactly(Modality.TEXT);
        assertThat(model.tools()).contains(true);
        assertThat(model.reasoning()).contains(true);
        assertThat(model.openWeights()).contains(false);
        assertThat(model.deprecatedOn()).contains(LocalDate.of(2026, 10, 16));
    }

    @Test
    void leavesUnknownUnknown() {
        Model model = MODELS.find("ai21", "jamba-large-1.7").orElseThrow();
        assertThat(model.tools()).isEmpty();
        assertThat(model.knowledgeCutoff()).isEmpty();
        assertThat(model.deprecatedOn()).isEmpty();
        assertThat(MODELS.find("ai21", "nothing")).isEmpty();
        assertThat(MODELS.find("nobody", "nothing")).isEmpty();
    }

    @Test
    void knowsEmbeddingModels() {
        assertThat(MODELS.find("openai", "text-embedding-3-small").orElseThrow().outputs())
                .containsExactly(Modality.EMBEDDING);
    }

    @Test
    void findsModelsOfAProviderUnderItsPriceKey() {
        ProviderCatalog providers = ProviderCatalog.builtIn();
        assertThat(MODELS.find(providers.get("gemini"), "models/gemini-2.5-flash"))
                .isPresent();
        assertThat(MODELS.find(providers.get("qwen"), "qwen-plus")).isPresent();
        assertThat(MODELS.find(providers.get("openrouter"), "openai/gpt-5-mini:nitro"))
                .isPresent();
        assertThat(MODELS.find(providers.get("cloudflare"), "workers-ai/@cf/openai/gpt-oss-20b"))
                .isPresent();
    }

    @Test
    void aUsersModelReplacesTheShippedOne() {
        ModelCatalog own = MODELS.with(PriceBookTest.csv("provider,model,context\nopenai,gpt-5,1000\nacme,a,2000\n"));
        assertThat(own.find("openai", "gpt-5").orElseThrow().contextWindowTokens())
                .isEqualTo(OptionalLong.of(1000));
        assertThat(own.find("openai", "gpt-5").orElseThrow().tools()).isEmpty();
        assertThat(own.find("openai", "gpt-5-mini").orElseThrow().tools()).contains(true);
        assertThat(own.models("acme")).extracting(Model::id).containsExactly("a");
        assertThat(MODELS.with(PriceBookTest.csv("provider,model,input,output\nacme,a,1,1\n")))
                .isSameAs(MODELS);
    }
}
