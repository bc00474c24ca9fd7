package io.github.camelllm.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PriceBookTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final PriceBook BOOK = PriceBook.builtIn();

    @Test
    void shipsThePricesOfManyModels() {
        assertThat(BOOK.providers())
                .hasSizeGreaterThanOrEqualTo(25)
                .contains("openai", "anthropic", "google", "openrouter");
        long prices = BOOK.providers().stream()
                .flatMap(provider ->
                        BOOK.models(provider).stream().flatMap(model -> BOOK.history(provider, model).stream()))
                .count();
        assertThat(prices).isGreaterThanOrEqualTo(838);
        assertThat(BOOK.version()).isEqualTo("2026-09-23");
    }

    @Test
    void everyShippedPriceIsDatedAndConfirmedByTwoSources() {
        for (String provider : BOOK.providers()) {
            for (String model : BOOK.models(provider)) {
                for (Price price : BOOK.history(provider, model)) {
                    assertThat(price.effectiveFrom()).as(model).isPresent();
                    assertThat(price.sourcesAgreeing().orElse(0)).as(model).isGreaterThanOrEqualTo(2);
                    assertThat(price.currency()).isEqualTo("USD");
                    assertThat(price.rates().input()).as(model).isPositive();
                }
            }
        }
    }

    @Test
    void ratesOfTiersAreNeverBelowTheBase() {
        for (String provider : BOOK.providers()) {
            for (String model : BOOK.models(provider)) {
                for (Price price : BOOK.history(provider, model)) {
                    Rates below = price.rates();
                    for (Price.Tier tier : price.tiers()) {
                        assertThat(tier.rates().input()).as(model).isGreaterThanOrEqualTo(below.input());
                        assertThat(tier.rates().output()).as(model).isGreaterThanOrEqualTo(below.output());
                        below = tier.rates();
                    }
                }
            }
        }
    }

    @Test
    void keepsEveryFigureOfAPrice() {
        Price price = BOOK.find("anthropic", "claude-sonnet-4-5", NOW).orElseThrow();
        assertThat(price.rates().input()).isEqualByComparingTo("3");
        assertThat(price.rates().output()).isEqualByComparingTo("15");
        assertThat(price.rates().cacheRead()).contains(new BigDecimal("0.3"));
        assertThat(price.rates().cacheWrite()).contains(new BigDecimal("3.75"));
        assertThat(price.rates().cacheWrite1h()).contains(new BigDecimal("6"));
        assertThat(price.batchDiscount()).contains(new BigDecimal("0.5"));
        assertThat(price.effectiveFrom()).contains(LocalDate.of(2026, 9, 23));
        assertThat(price.note()).contains("tier from 1 source");
        assertThat(price.tiers()).hasSize(1);
        assertThat(price.tierFor(200_000)).isEmpty();
        assertThat(price.tierFor(200_001).orElseThrow().rates().output()).isEqualByComparingTo("22.5");
    }

    @Test
    void picksTheHighestTierThatIsExceeded() {
        Price price = BOOK.find("alibaba", "qwen3-coder-plus", NOW).orElseThrow();
        assertThat(price.tiers()).extracting(Price.Tier::aboveInputTokens).containsExactly(32_000L, 128_000L, 256_000L);
        assertThat(price.tierFor(128_000).orElseThrow().aboveInputTokens()).isEqualTo(32_000);
        assertThat(price.tierFor(1_000_000).orElseThrow().aboveInputTokens()).isEqualTo(256_000);
    }

    @ParameterizedTest
    @CsvSource({
        "openai,    gpt-5-mini,                 gpt-5-mini",
        "openai,    gpt-5-mini-2025-08-07,      gpt-5-mini-2025-08-07",
        "openai,    gpt-5-mini-2027-01-31,      gpt-5-mini",
        "openai,    gpt-4o-2024-05-13,          gpt-4o-2024-05-13",
        "anthropic, claude-haiku-4-5-20251001,  claude-haiku-4-5-20251001",
        "anthropic, claude-haiku-4-5@20251001,  claude-haiku-4-5",
        "anthropic, claude-opus-4-6-20260205,   claude-opus-4-6",
        "anthropic, claude-opus-4-6-latest,     claude-opus-4-6",
        "openrouter, openai/gpt-5-mini-2025-08-07, openai/gpt-5-mini",
        "xai,       grok-4.3-latest,            grok-4.3-latest",
    })
    void findsAModelByItsIdOrItsFamily(String provider, String model, String listed) {
        assertThat(BOOK.find(provider, model, NOW)).map(Price::model).contains(listed);
    }

    @ParameterizedTest
    @CsvSource({
        "openai, gpt-99",
        "openai, gpt-5-mini-2",
        "openai, ft:gpt-4o-mini-2024-07-18:acme::1",
        "mistral, mistral-large-latest",
        "mistral, mistral-small-2703",
        "nobody, gpt-5-mini",
        "openrouter, openai/gpt-5-mini:free",
    })
    void knowsNoPriceForOthers(String provider, String model) {
        assertThat(BOOK.find(provider, model, NOW)).isEmpty();
    }

    @Test
    void aUsersPriceWins() {
        PriceBook book = BOOK.with(csv("provider,model,input,output\nopenai,gpt-5-mini,1,2\nacme,large,3,4\n"));
        assertThat(book.find("openai", "gpt-5-mini", NOW).orElseThrow().rates().input())
                .isEqualByComparingTo("1");
        assertThat(book.find("openai", "gpt-5-mini", NOW).orElseThrow().rates().cacheRead())
                .isEmpty();
        assertThat(book.find("openai", "gpt-5", NOW).orElseThrow().rates().input())
                .isEqualByComparingTo("1.25");
        assertThat(book.find("acme", "large", NOW).orElseThrow().rates().output())
                .isEqualByComparingTo("4");
        assertThat(book.providers()).contains("acme", "openai");
        assertThat(BOOK.find("openai", "gpt-5-mini", NOW).orElseThrow().rates().input())
                .isEqualByComparingTo("0.25");
    }

    @Test
    void knowsWhichShippedPricesAUserReplaced() {
        PriceBook book = BOOK.with(csv("provider,model,input,output\nopenai,gpt-5-mini,1,2\nacme,large,3,4\n"));

        assertThat(book.replaced("openai", "gpt-5-mini")).isEqualTo(BOOK.history("openai", "gpt-5-mini"));
        assertThat(book.replaced("openai", "gpt-5")).isEmpty();
        assertThat(book.replaced("acme", "large")).isEmpty();
        assertThat(BOOK.replaced("openai", "gpt-5-mini")).isEmpty();
    }

    @Test
    void theLaterTableWins() {
        PriceBook book = BOOK.with(csv("provider,model,input,output\nacme,a,1,1\nacme,b,1,1\n"))
                .with(csv("provider,model,input,output\nacme,b,2,2\n"));
        assertThat(book.find("acme", "a", NOW).orElseThrow().rates().input()).isEqualByComparingTo("1");
        assertThat(book.find("acme", "b", NOW).orElseThrow().rates().input()).isEqualByComparingTo("2");
    }

    @Test
    void namesItsVersionByContent() {
        ModelTable one = csv("provider,model,input,output\nacme,a,1,1\n");
        ModelTable same = csv("# a comment\nprovider,model,input,output\n\nacme,a,1,1\n");
        ModelTable other = csv("provider,model,input,output\nacme,a,1,2\n");
        assertThat(BOOK.with(one).version())
                .matches("2026-09-23\\+[0-9a-f]{8}")
                .isEqualTo(BOOK.with(same).version());
        assertThat(BOOK.with(other).version()).isNotEqualTo(BOOK.with(one).version());
        assertThat(BOOK.with(csv("provider,model,context\nacme,a,1000\n"))).isSameAs(BOOK);
    }

    @Test
    void takesThePriceThatIsInForceAtTheInstant() {
        PriceBook book = BOOK.with(csv("""
                provider,model,effective,input,output
                acme,a,2026-03-01,2,2
                acme,a,2026-06-01,1,1
                acme,b,,5,5
                acme,b,2026-06-01,4,4
                """));
        assertThat(inputOf(book, "a", "2026-06-01T00:00:00Z")).isEqualByComparingTo("1");
        assertThat(inputOf(book, "a", "2026-05-31T23:59:59.999Z")).isEqualByComparingTo("2");
        assertThat(inputOf(book, "a", "2020-01-01T00:00:00Z")).isEqualByComparingTo("2");
        assertThat(inputOf(book, "b", "2020-01-01T00:00:00Z")).isEqualByComparingTo("5");
        assertThat(book.history("acme", "a"))
                .extracting(price -> price.effectiveFrom().orElseThrow().getMonthValue())
                .containsExactly(6, 3);
    }

    @Test
    void takesPricesFromProperties() {
        PriceBook book = BOOK.with(ModelTable.ofProperties(Map.of(
                "openrouter/meta/llama-3.3:free.input", "0",
                "openrouter/meta/llama-3.3:free.output", "0",
                "acme/large-1.5.input", "1.25",
                "acme/large-1.5.output", "10",
                "acme/large-1.5.currency", "EUR",
                "acme/large-1.5.tiers", ">1000 input=2 output=20; >5000 input=3 output=30 cacheRead=1")));
        Price price = book.find("acme", "large-1.5", NOW).orElseThrow();
        assertThat(price.currency()).isEqualTo("EUR");
        assertThat(price.tiers()).hasSize(2);
        assertThat(price.tiers().get(1).rates().cacheRead()).contains(BigDecimal.ONE);
        assertThat(book.find("openrouter", "meta/llama-3.3:free", NOW)
                        .orElseThrow()
                        .rates()
                        .input())
                .isZero();
    }

    static Stream<Arguments> wrongTables() {
        return Stream.of(
                Arguments.of(
                        "provider,model,inptu,output",
                        "t.csv line 1: unknown column 'inptu'; did you mean 'input' or 'inputs'?"),
                Arguments.of("model,input,output", "t.csv line 1: the header needs the columns 'provider' and 'model'"),
                Arguments.of("provider,model,input,input", "t.csv line 1: a column is named twice"),
                Arguments.of(
                        "provider,model,input,output\na,b,1",
                        "t.csv line 2: expected 4 cells as in the header but came 3"),
                Arguments.of(
                        "provider,model,input,output\na,b,1,",
                        "t.csv line 2: a price needs 'input' and 'output'; write 0 where it is free"),
                Arguments.of(
                        "provider,model,input,output\na,b,1,-1",
                        "t.csv line 2: 'output' must be a price such as 1.25, below a million but is '-1'"),
                Arguments.of(
                        "provider,model,input,output\na,b,1,1e3",
                        "t.csv line 2: 'output' must be a price such as 1.25, below a million but is '1e3'"),
                Arguments.of(
                        "provider,model,input,output\n,b,1,1", "t.csv line 2: provider and model must not be empty"),
                Arguments.of(
                        "provider,model,input,output\na,b,1,1\na,b,2,2",
                        "t.csv line 3: a/b has two prices from the same day"),
                Arguments.of(
                        "provider,model,input,output,effective\na,b,1,1,soon",
                        "t.csv line 2: 'effective' must be a date such as 2026-09-23 but is 'soon'"),
                Arguments.of(
                        "provider,model,input,output,currency\na,b,1,1,usd",
                        "t.csv line 2: 'currency' must be three capital letters such as USD but is 'usd'"),
                Arguments.of(
                        "provider,model,input,output,batchDiscount\na,b,1,1,50",
                        "t.csv line 2: 'batchDiscount' must be a fraction from 0 to 1 but is '50'"),
                Arguments.of(
                        "provider,model,input,output,tiers\na,b,1,1,200k",
                        "t.csv line 2: 'tiers' must be such as '>200000 input=2.5 output=15' but is '200k'"),
                Arguments.of(
                        "provider,model,input,output,tiers\na,b,1,1,>2 in=2",
                        "t.csv line 2: 'tiers' must be such as '>200000 input=2.5 output=15' but is 'in=2'"),
                Arguments.of(
                        "provider,model,input,output,tiers\na,b,1,1,>2 input=2",
                        "t.csv line 2: a tier needs 'input' and 'output'; write 0 where it is free"),
                Arguments.of(
                        "provider,model\na,\"b",
                        "t.csv line 2: a quoted cell must end with a quote before the next comma"),
                Arguments.of(
                        "provider,model,context\na,b,many",
                        "t.csv line 2: 'context' must be a whole number but is 'many'"),
                Arguments.of(
                        "provider,model,tools\na,b,yes", "t.csv line 2: 'tools' must be true or false but is 'yes'"),
                Arguments.of(
                        "provider,model,inputs\na,b,text|smell",
                        "t.csv line 2: 'inputs' must be text, image, pdf, audio, video or embedding, divided by | but is 'smell'"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("wrongTables")
    void refusesAWrongTableWithLineAndColumn(String text, String message) {
        assertThatThrownBy(() -> {
                    ModelTable table = csv(text);
                    PriceBook.builtIn().with(table);
                    ModelCatalog.builtIn().with(table);
                })
                .isInstanceOf(CatalogException.class)
                .hasMessage(message);
    }

    @Test
    void namesTheWrongProperty() {
        assertThatThrownBy(() -> ModelTable.ofProperties(Map.of("gpt-5.input", "1")))
                .hasMessage("property gpt-5.input: expected PROVIDER/MODEL.COLUMN, such as openai/gpt-5.1.input");
        assertThatThrownBy(() -> ModelTable.ofProperties(Map.of("openai/gpt-5.inpt", "1")))
                .hasMessage("property openai/gpt-5.inpt: unknown column 'inpt'; did you mean 'input'?");
    }

    @Test
    void readsQuotedCells() {
        Model model = ModelCatalog.builtIn()
                .with(csv("provider,model,name,modelNote\r\nacme,a,\"Large, \"\"really\"\"\",\"\"\r\n"))
                .find("acme", "a")
                .orElseThrow();
        assertThat(model.displayName()).contains("Large, \"really\"");
        assertThat(model.note()).isEmpty();
    }

    private static BigDecimal inputOf(PriceBook book, String model, String at) {
        return book.find("acme", model, Instant.parse(at)).orElseThrow().rates().input();
    }

    static ModelTable csv(String text) {
        return ModelTable.ofCsv("t.csv", new StringReader(text));
    }
}
