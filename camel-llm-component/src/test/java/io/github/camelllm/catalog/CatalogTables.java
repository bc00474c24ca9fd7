package io.github.camelllm.catalog;

import io.github.camelllm.catalog.Model.Modality;
import io.github.camelllm.catalog.ProviderDescriptor.Auth;
import io.github.camelllm.catalog.ProviderDescriptor.AuthScheme;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The tables of the documentation that come from data, in Markdown. */
final class CatalogTables {
    private CatalogTables() {}

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
