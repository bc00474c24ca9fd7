package io.github.camelllm.routes.ledger.reconcile;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Makes two names of one model one: {@code Claude Haiku 4.5}, {@code claude-haiku-4-5-20251001} and {@code claude-haiku-4-5};
 * {@code gpt-5-mini-2025-08-07} and {@code gpt-5-mini}. Invoices and requests rarely name it alike.
 *
 * @param renamed the ledger's name by the provider's, for names that have nothing in common
 */
record ModelNames(Map<String, String> renamed) {
    private static final Pattern DATE =
            Pattern.compile("(-20\\d\\d-[01]\\d-[0-3]\\d|[-@]20\\d{2}[01]\\d[0-3]\\d|[-@]latest)$");

    ModelNames {
        renamed = Map.copyOf(renamed);
    }

    /**
     * Reads {@code Claude4.5Sonnet=anthropic.claude-sonnet-4-5,other=another}.
     *
     * @throws IllegalArgumentException if something else stands there
     */
    static ModelNames parse(String text) {
        Map<String, String> renamed = new TreeMap<>();
        for (String pair : text.isBlank() ? new String[0] : text.split(",")) {
            int equals = pair.indexOf('=');
            if (equals <= 0 || equals == pair.length() - 1) {
                throw new IllegalArgumentException(
                        "models: expected pairs such as Claude4.5Sonnet=claude-sonnet-4-5, but" + " came '"
                                + pair.strip() + "'");
            }
            renamed.put(
                    pair.substring(0, equals).strip(),
                    pair.substring(equals + 1).strip());
        }
        return new ModelNames(renamed);
    }

    /** What both names of one model become. */
    String common(String name) {
        String plain = renamed.getOrDefault(name, name)
                .strip()
                .toLowerCase(Locale.ROOT)
                .replace(' ', '-')
                .replace('.', '-');
        return DATE.matcher(plain).replaceFirst("");
    }

    /** The ledger's name of a model that the ledger does not know. */
    String ledgerName(String exported) {
        return renamed.getOrDefault(exported, exported);
    }
}
