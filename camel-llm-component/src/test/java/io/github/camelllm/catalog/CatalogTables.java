package io.github.camelllm.catalog;

import io.github.camelllm.catalog.Model.Modality;
import io.github.camelllm.catalog.ProviderDescriptor.Auth;
import io.github.camelllm.catalog.ProviderDescriptor.AuthScheme;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The tables of the documentation that come from data, in Markdown. */
final class CatalogTables {
    private CatalogTables() {}

    /** Where the codecs are, and what they say of their switches. */
    private static final Path WIRE = Path.of("src/main/java/io/github/camelllm/wire");

    private static final Map<String, Pattern> MEANINGS = Map.of(
            "openai/OpenAiOptions.java",
            Pattern.compile("(?s)/\\*\\*((?:(?!\\*/).)*)\\*/\\s*public static final String \\w+ = \"([^\"]+)\";"),
            "anthropic/AnthropicDialect.java",
            Pattern.compile(
                    "(?s)<tr><td>((?:(?!</td>).)*)</td>\\s*(?:\\* *)?<td>((?:(?!</td>).)*)</td>\\s*(?:\\* *)?<td>((?:(?!</td>).)*)</td>"),
            "gemini/GeminiDialect.java",
            Pattern.compile(
                    "(?s)<tr><td>((?:(?!</td>).)*)</td>\\s*(?:\\* *)?<td>((?:(?!</td>).)*)</td>\\s*(?:\\* *)?<td>((?:(?!</td>).)*)</td>"));

    static String dialects() {
        StringBuilder table = new StringBuilder("| wire format | providers |\n|---|---|\n");
        for (String dialect : new TreeSet<>(DialectOptions.dialects())) {
            table.append("| `")
                    .append(dialect)
                    .append("` | ")
                    .append(ProviderCatalog.builtIn().all().stream()
                            .filter(provider -> provider.dialect().equals(dialect))
                            .map(provider -> "`" + provider.id() + "`")
                            .collect(Collectors.joining(", ")))
                    .append(" |\n");
        }
        return table.toString();
    }

    /** The switches of all dialects, with the words of the codecs' own documentation. */
    static String dialectOptions() {
        StringBuilder table = new StringBuilder();
        Map.of(
                        "openai-chat",
                        "openai/OpenAiOptions.java",
                        "anthropic",
                        "anthropic/AnthropicDialect.java",
                        "gemini",
                        "gemini/GeminiDialect.java")
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(dialect -> {
                    Map<String, String> meanings = meanings(dialect.getValue());
                    table.append("### ")
                            .append(dialect.getKey())
                            .append("\n\n| option | takes | meaning |\n|---|---|---|\n");
                    for (String option : DialectOptions.names(dialect.getKey())) {
                        String meaning = meanings.get(option);
                        if (meaning == null) {
                            throw new AssertionError(dialect.getValue() + " does not explain the option " + option);
                        }
                        table.append("| `")
                                .append(option)
                                .append("` | ")
                                .append(takes(DialectOptions.values(dialect.getKey(), option)))
                                .append(" | ")
                                .append(meaning)
                                .append(" |\n");
                    }
                    table.append('\n');
                });
        return table.toString();
    }

    private static String takes(Set<String> values) {
        return values.stream()
                .map(value ->
                        value.equals("*") ? "any text" : value.equals("#") ? "a number above 0" : "`" + value + "`")
                .collect(Collectors.joining(", "));
    }

    /** What a codec's documentation says of each switch, in Markdown. */
    private static Map<String, String> meanings(String source) {
        String text;
        try {
            text = Files.readString(WIRE.resolve(source));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> meanings = new HashMap<>();
        Matcher match = MEANINGS.get(source).matcher(text);
        while (match.find()) {
            if (match.groupCount() == 2) {
                meanings.put(match.group(2), markdown(match.group(1)));
            } else {
                String[] presets = markdown(match.group(2)).split(", ");
                String meaning = markdown(match.group(3));
                List<String> names = Pattern.compile("\\{@code ([^}]+)}")
                        .matcher(match.group(1))
                        .results()
                        .map(name -> name.group(1))
                        .collect(Collectors.toList());
                for (int i = 0; i < names.size(); i++) {
                    // One default for each name of a row, or the values of one name, of which the first is the default.
                    String preset = presets[names.size() == presets.length ? i : 0];
                    meanings.put(names.get(i), meaning + "; default: " + preset);
                }
            }
        }
        return meanings;
    }

    /** Javadoc as Markdown that stands in a table. */
    private static String markdown(String javadoc) {
        return javadoc.replaceAll("\\s*\\n\\s*\\*\\s*", " ")
                .replaceAll("\\{@value #DEFAULT_VERSION}", "`2023-06-01`")
                .replaceAll("\\{@code ([^{}]*(?:\\{[^}]*})?[^{}]*)}", "`$1`")
                .replaceAll("</?code>", "`")
                .replaceAll("\\s+", " ")
                .replaceAll("\\.$", "")
                .strip()
                .replaceAll("\\.$", "")
                .replace("|", "\\|");
    }

    static String providers() {
        StringBuilder table = new StringBuilder();
        table.append("| id | dialect | key | base URL | source |\n|---|---|---|---|---|\n");
        for (ProviderDescriptor provider : ProviderCatalog.builtIn().all()) {
            table.append("| `")
                    .append(provider.id())
                    .append("` | ")
                    .append(provider.dialect())
                    .append(" | ")
                    .append(key(provider.auth()))
                    .append(" | `")
                    .append(provider.baseUrl())
                    .append('`')
                    .append(variables(provider))
                    .append(" | ")
                    .append(link(provider.source().orElseThrow()))
                    .append(" |\n");
        }
        return table.toString();
    }

    static String dataPolicies() {
        StringBuilder table = new StringBuilder();
        table.append("| id | trains on API data | days kept | zero retention | regions | read | source |\n");
        table.append("|---|---|---|---|---|---|---|\n");
        for (ProviderDescriptor provider : ProviderCatalog.builtIn().all()) {
            DataPolicy policy = provider.dataPolicy();
            table.append("| `")
                    .append(provider.id())
                    .append("` | ")
                    .append(word(policy.trainsOnApiData()))
                    .append(" | ")
                    .append(
                            policy.retentionDays().isPresent()
                                    ? policy.retentionDays().getAsInt()
                                    : "unknown")
                    .append(" | ")
                    .append(word(policy.zeroRetention()))
                    .append(" | ")
                    .append(policy.regions().isEmpty() ? "unknown" : String.join(", ", policy.regions()))
                    .append(" | ")
                    .append(policy.asOf().orElseThrow())
                    .append(" | ")
                    .append(link(policy.source().orElseThrow()))
                    .append(" |\n");
        }
        return table.toString();
    }

    static String prices() {
        PriceBook book = PriceBook.builtIn();
        StringBuilder table =
                new StringBuilder("Price book version ").append(book.version()).append(".\n\n");
        table.append(
                "| price book name | provider | models | embedding models | with cached input price | with cache write"
                        + " price | with tiers | with batch discount |\n|---|---|---|---|---|---|---|---|\n");
        int models = 0;
        for (String name : book.providers()) {
            List<Price> prices = book.models(name).stream()
                    .map(model -> book.history(name, model).get(0))
                    .collect(Collectors.toList());
            long embeddings = ModelCatalog.builtIn().models(name).stream()
                    .filter(model -> model.outputs().contains(Modality.EMBEDDING))
                    .count();
            models += prices.size();
            table.append("| ")
                    .append(name)
                    .append(" | ")
                    .append(providersOf(name))
                    .append(" | ")
                    .append(prices.size())
                    .append(" | ")
                    .append(embeddings)
                    .append(" | ")
                    .append(count(prices, price -> price.rates().cacheRead().isPresent()))
                    .append(" | ")
                    .append(count(prices, price -> price.rates().cacheWrite().isPresent()))
                    .append(" | ")
                    .append(count(prices, price -> !price.tiers().isEmpty()))
                    .append(" | ")
                    .append(count(prices, price -> price.batchDiscount().isPresent()))
                    .append(" |\n");
        }
        return table.append("| **all** | | **")
                .append(models)
                .append("** | | | | | |\n")
                .toString();
    }

    private static long count(List<Price> prices, Predicate<Price> condition) {
        return prices.stream().filter(condition).count();
    }

    private static String providersOf(String priceName) {
        return ProviderCatalog.builtIn().all().stream()
                .filter(provider -> provider.prices().provider().equals(priceName))
                .map(provider -> "`" + provider.id() + "`")
                .collect(Collectors.joining(", "));
    }

    private static String key(Auth auth) {
        if (auth.scheme() == AuthScheme.NONE) {
            return "none";
        }
        String names = auth.env().stream().map(name -> "`" + name + "`").collect(Collectors.joining(" or "));
        String where = auth.name()
                .map(name -> " in " + auth.scheme().name().toLowerCase(Locale.ROOT) + " `" + name + "`")
                .orElse("");
        return names + where + (auth.optional() ? ", optional" : "");
    }

    /** The variables without which there is no base URL, and those that may change it. */
    private static String variables(ProviderDescriptor provider) {
        if (provider.variables().isEmpty()) {
            return "";
        }
        return provider.variables().entrySet().stream()
                .map(variable -> "`" + variable.getKey() + "`"
                        + variable.getValue()
                                .defaultValue()
                                .map(value -> " = `" + value + "`")
                                .orElse("")
                        + variable.getValue().env().stream()
                                .map(env -> " (`" + env + "`)")
                                .collect(Collectors.joining()))
                .collect(Collectors.joining(", ", "; ", ""));
    }

    private static String word(Enum<?> constant) {
        switch (constant.name()) {
            case "OPT_OUT":
                return "yes, unless one opts out";
            case "OPT_IN":
                return "no, unless one opts in";
            case "SELF_SERVICE":
                return "by a switch of one's own";
            case "APPROVAL":
                return "on request";
            default:
                return constant.name().toLowerCase(Locale.ROOT);
        }
    }

    private static String link(String url) {
        return "[" + url.replaceFirst("^https://", "").replaceFirst("/.*", "") + "](" + url + ")";
    }
}
