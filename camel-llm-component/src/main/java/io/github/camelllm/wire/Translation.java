package io.github.camelllm.wire;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ClientMembers;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Puts a request into the words of one dialect, before it is written: what a client of that dialect said in words of its
 * own stays; what one of another said so is said in those of the vocabulary where it can be, and left out or refused where not.
 */
public final class Translation {
    /** Members without which another question would be asked, or would go elsewhere. */
    private static final Set<String> MEANINGS = Set.of(
            "audio",
            "cachedContent",
            "cached_content",
            "container",
            "function_call",
            "generationConfig.responseMimeType",
            "generationConfig.responseModalities",
            "generationConfig.response_mime_type",
            "generationConfig.response_modalities",
            "inference_geo",
            "mcp_servers",
            "modalities",
            "plugins",
            "response_format",
            "tool_choice",
            "web_search_options");

    /** Names come from clients and go into logs and records. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");

    private static final int MOST_NAMES = 20;

    private final String dialect;
    private final UnsupportedOptions unsupported;
    private int named;

    private Translation(String dialect, UnsupportedOptions unsupported) {
        this.dialect = dialect;
        this.unsupported = unsupported;
    }

    /**
     * The request without members of a client, which are in {@code extra} where the provider is to get them.
     *
     * @throws io.github.camelllm.chat.LlmInvalidRequestException if the policy refuses what is left out
     */
    public static ChatRequest into(String dialect, ChatRequest request, UnsupportedOptions unsupported) {
        return new Translation(dialect, unsupported).of(request);
    }

    private ChatRequest of(ChatRequest request) {
        boolean tools = request.hasTool(this::isForeign);
        boolean messages = request.hasPart(this::isForeign);
        if (!tools
                && !messages
                && request.clientMembers().isEmpty()
                && request.unread().isEmpty()) {
            return request;
        }
        request.unread().stream().sorted().forEach(this::leaveOut);
        ChatRequest.Builder translated = request.toBuilder().unread(Set.of());
        if (messages) {
            translated.messages(request.messages().stream().map(this::of).toList());
        }
        if (tools) {
            translated.tools(request.tools().stream().map(this::of).toList());
        }
        if (request.clientMembers().isPresent()) {
            ClientMembers members = request.clientMembers().get();
            translated.noClientMembers();
            if (members.dialect().equals(dialect)) {
                Map<String, Object> extra = new LinkedHashMap<>(request.extra());
                extra.putAll(members.members());
                translated.extra(extra);
            } else {
                leaveOut(members);
            }
        }
        return translated.build();
    }

    private boolean isForeign(ContentPart part) {
        return part instanceof ContentPart.Opaque opaque
                && !opaque.plain().isEmpty()
                && !opaque.dialect().equals(dialect);
    }

    private boolean isForeign(Tool tool) {
        return tool instanceof Tool.Native own
                && own.plain().isPresent()
                && !own.dialect().equals(dialect);
    }

    private Tool of(Tool tool) {
        if (!isForeign(tool)) {
            return tool;
        }
        unsupported.knob("tools.members");
        return ((Tool.Native) tool).plain().orElseThrow();
    }

    private ChatMessage of(ChatMessage message) {
        if (message.content().stream().noneMatch(this::isForeign)) {
            return message;
        }
        List<ContentPart> content = new ArrayList<>(message.content().size());
        addPlain(message.content(), content);
        return message.withContent(content);
    }

    private void addPlain(List<ContentPart> parts, List<ContentPart> plain) {
        for (ContentPart part : parts) {
            if (isForeign(part)) {
                ContentPart.Opaque opaque = (ContentPart.Opaque) part;
                unsupported.knob("messages." + opaque.type() + ".members");
                addPlain(opaque.plain(), plain);
            } else {
                plain.add(part);
            }
        }
    }

    private void leaveOut(ClientMembers members) {
        for (Map.Entry<String, Object> member : members.members().entrySet()) {
            String name = member.getKey();
            if (members.said().contains(name)) {
                continue;
            }
            if (name.equals("generationConfig") && member.getValue() instanceof Map<?, ?> config) {
                config.forEach((knob, value) -> leaveOut(name + "." + knob, value));
            } else {
                leaveOut(name, member.getValue());
            }
        }
    }

    private void leaveOut(String name, Object value) {
        // Text is what every model answers with.
        boolean usual = name.equals("modalities") && List.of("text").equals(value);
        if (MEANINGS.contains(name) && !usual) {
            unsupported.meaning(name);
        } else {
            leaveOut(name);
        }
    }

    private void leaveOut(String name) {
        boolean told = named++ < MOST_NAMES && NAME.matcher(name).matches();
        unsupported.knob(told ? name : "members");
    }
}
