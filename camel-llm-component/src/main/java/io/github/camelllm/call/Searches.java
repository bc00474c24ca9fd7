package io.github.camelllm.call;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.wire.WireTarget;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** Searches that a provider may run for a chat request, charge apart, and put what they find into the prompt. */
final class Searches {
    private static final OptionalLong NONE = OptionalLong.of(0);

    private Searches() {}

    /** How many there may be; empty if nothing bounds their number. */
    static OptionalLong most(ChatRequest request, WireTarget target) {
        if (unasked(target.model()).isEmpty() || membersSearch(request, target)) {
            return OptionalLong.empty();
        }
        long sum = 0;
        for (Tool tool : request.tools()) {
            OptionalLong most = isProviders(tool) ? most((Tool.Native) tool) : NONE;
            if (most.isEmpty()) {
                return most;
            }
            sum += most.getAsLong();
        }
        return OptionalLong.of(sum);
    }

    /** Whether the provider may run it, which it does no function, whatever members that has. */
    private static boolean isProviders(Tool tool) {
        return tool instanceof Tool.Native own && own.plain().isEmpty();
    }

    /** No dialect sends a tool whose dialect there is not. */
    private static OptionalLong most(Tool.Native tool) {
        return Dialects.find(tool.dialect())
                .map(dialect -> dialect.mostSearches(tool))
                .orElse(NONE);
    }

    /** How many there may be for a request that asks for none: some models search for every question, as their names say. */
    static OptionalLong unasked(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        boolean searches = name.contains("sonar") || name.contains("search") || name.endsWith(":online");
        return searches ? OptionalLong.empty() : NONE;
    }

    /** Whether the provider may put more into the prompt than the request holds. */
    static boolean mayAddInput(ChatRequest request, WireTarget target) {
        return request.hasTool(Searches::isProviders) || membersSearch(request, target);
    }

    /** Whether a member that is put into the body as it is asks for searches, or may by tools of its own. */
    private static boolean membersSearch(ChatRequest request, WireTarget target) {
        return anySearches(request.extra())
                || request.clientMembers()
                        .filter(sent -> anySearches(sent.members()))
                        .isPresent()
                || anySearches(target.profile().defaults());
    }

    private static boolean anySearches(Map<String, Object> members) {
        for (Map.Entry<String, Object> member : members.entrySet()) {
            String name = member.getKey();
            if ((name.equals("tools") || name.equals("plugins") || name.contains("search"))
                    && member.getValue() != null
                    && !member.getValue().equals(false)) {
                return true;
            }
        }
        return false;
    }
}
