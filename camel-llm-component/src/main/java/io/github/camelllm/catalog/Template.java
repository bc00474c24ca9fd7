package io.github.camelllm.catalog;

import io.github.camelllm.catalog.ProviderDescriptor.Variable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Fills the variables of one descriptor's templates. */
final class Template {
    static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z][A-Za-z0-9_-]*)}");
    private static final Pattern DOUBLE_SCHEME = Pattern.compile("^https?://(?=https?://)");
    private static final Pattern UNFIT = Pattern.compile("[\\x00-\\x20\\x7f]");

    private final ProviderDescriptor provider;
    private final Function<String, @Nullable String> settings;
    private final Function<String, @Nullable String> environment;

    Template(
            ProviderDescriptor provider,
            Function<String, @Nullable String> settings,
            Function<String, @Nullable String> environment) {
        this.provider = provider;
        this.settings = settings;
        this.environment = environment;
    }

    /** Names of the variables in a template, each once. */
    static List<String> variablesIn(String template) {
        List<String> names = new ArrayList<>();
        Matcher variable = VARIABLE.matcher(template);
        while (variable.find()) {
            if (!names.contains(variable.group(1))) {
                names.add(variable.group(1));
            }
        }
        return names;
    }

    String url(String template) {
        List<String> missing = new ArrayList<>();
        String filled = fill(template, missing, new ArrayList<>());
        if (!missing.isEmpty()) {
            throw new CatalogException(missingMessage(missing.get(0)));
        }
        String url = DOUBLE_SCHEME.matcher(filled).replaceFirst("");
        url = url.replaceAll("(?<!:)/{2,}", "/").replaceAll("/+$", "");
        try {
            URI uri = new URI(url);
            if (uri.getHost() == null || !("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
                throw new CatalogException(
                        provider.id() + ": the base URL must be an http or https URL with a host but is '" + url
                                + "' (from " + provider.baseUrl() + ")");
            }
        } catch (URISyntaxException e) {
            throw new CatalogException(
                    provider.id() + ": the base URL '" + url + "' (from " + provider.baseUrl() + ") is no URL: "
                            + e.getReason(),
                    e);
        }
        return url;
    }

    /** Empty if a variable has no value. */
    Optional<String> header(String name, String template) {
        List<String> missing = new ArrayList<>();
        String filled = fill(template, missing, new ArrayList<>());
        if (!missing.isEmpty()) {
            return Optional.empty();
        }
        if (filled.chars().anyMatch(c -> c < 0x20 && c != '\t' || c == 0x7f)) {
            throw new CatalogException(provider.id() + ": the value of header " + name + " holds a control character");
        }
        return Optional.of(filled);
    }

    private String fill(String template, List<String> missing, List<String> inside) {
        return VARIABLE.matcher(template).replaceAll(found -> {
            String name = found.group(1);
            if (inside.contains(name)) {
                throw new CatalogException(provider.id() + ": variable '" + name + "' is defined by itself: "
                        + String.join(" → ", inside));
            }
            List<String> path = new ArrayList<>(inside);
            path.add(name);
            return Matcher.quoteReplacement(value(name, missing, path));
        });
    }

    private String value(String name, List<String> missing, List<String> path) {
        Variable variable = provider.variables().get(name);
        if (variable == null) {
            throw new AssertionError("the reader refuses templates with unknown variables: " + name);
        }
        String set = settings.apply(name);
        Optional<String> given = set != null && !set.isBlank()
                ? Optional.of(set.trim())
                : ProviderDescriptor.firstSet(variable.env(), environment);
        if (given.isPresent()) {
            if (UNFIT.matcher(given.get()).find() && provider.baseUrl().contains("{" + name + "}")) {
                throw new CatalogException(provider.id() + ": the value of variable '" + name
                        + "' holds white space or a control character");
            }
            return given.get();
        }
        if (variable.defaultValue().isPresent()) {
            return fill(variable.defaultValue().get(), missing, path);
        }
        missing.add(name);
        return "";
    }

    private String missingMessage(String name) {
        Variable variable = provider.variables().get(name);
        StringBuilder text = new StringBuilder(provider.id())
                .append(" needs the variable '")
                .append(name)
                .append('\'');
        if (variable != null) {
            variable.description()
                    .ifPresent(what -> text.append(" (").append(what).append(')'));
            if (!variable.env().isEmpty()) {
                text.append("; set it, or the environment variable ").append(String.join(" or ", variable.env()));
            }
        }
        return text.append("; base URL ").append(provider.baseUrl()).toString();
    }
}
