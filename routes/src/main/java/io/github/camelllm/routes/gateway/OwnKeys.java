package io.github.camelllm.routes.gateway;

import io.github.camelllm.catalog.Glob;
import io.github.camelllm.component.CallerKeys;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.gateway.keys.Caller;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Who may bring keys of providers, from {@code llm.gateway.byok.…}.
 *
 * @param callers globs over ids of callers; empty if nobody may
 * @param providers globs over ids of providers; empty for all
 * @param inBudgets whether what such calls cost counts for budgets
 */
record OwnKeys(List<String> callers, List<String> providers, boolean inBudgets) {
    /** Request header with {@code PROVIDER=KEY}, several with commas. */
    static final String HEADER = "x-llm-provider-key";

    private static final Pattern PAIR = Pattern.compile("([A-Za-z0-9._-]{1,64})=([\\x21-\\x7e&&[^,]]{1,4096})");
    private static final int MOST_KEYS = 16;

    OwnKeys {
        callers = List.copyOf(callers);
        providers = providers.isEmpty() ? List.of("*") : List.copyOf(providers);
    }

    /** What a client sent, taken out of its message so that no stage, log or provider sees it. */
    static Optional<String> take(Message message) {
        return Optional.ofNullable(message.removeHeader(HEADER)).map(Object::toString);
    }

    /**
     * Has the exchange's calls made with the keys.
     *
     * @throws io.github.camelllm.chat.LlmException if the caller may not bring them, or the header is none
     */
    void use(String header, Caller caller, Exchange exchange) {
        if (callers.stream().noneMatch(glob -> Glob.matches(glob, caller.id()))) {
            throw Refusals.forbidden("this caller may not bring keys of providers (" + HEADER + ")", "");
        }
        Map<String, String> keys = new TreeMap<>();
        for (String pair : header.split(",", MOST_KEYS + 1)) {
            Matcher read = PAIR.matcher(pair.strip());
            if (!read.matches() || keys.size() == MOST_KEYS || keys.put(read.group(1), read.group(2)) != null) {
                throw Refusals.invalid(HEADER + ": expected PROVIDER=KEY, several with commas, at most " + MOST_KEYS
                        + " and one for each provider");
            }
            if (providers.stream().noneMatch(glob -> Glob.matches(glob, read.group(1)))) {
                throw Refusals.forbidden("keys of this provider may not be brought (" + HEADER + ")", "");
            }
        }
        exchange.setProperty(LlmConstants.CALLER_KEYS, new CallerKeys(keys, inBudgets));
    }
}
