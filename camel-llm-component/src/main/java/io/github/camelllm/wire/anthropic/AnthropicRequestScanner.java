package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.camelllm.wire.RequestScan.Range;
import io.github.camelllm.wire.RequestScanner;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** Looks at a request of {@code POST /messages}. */
final class AnthropicRequestScanner extends RequestScanner {
    /** Members that neither change what is read nor what is charged at other rates. */
    private static final Set<String> PLAIN =
            Set.of("stop_sequences", "temperature", "top_p", "top_k", "tool_choice", "metadata", "service_tier");

    private static final Set<String> TEXT_BLOCKS = Set.of("text", "thinking", "redacted_thinking");

    private boolean firstUserSeen;

    AnthropicRequestScanner(byte[] body) {
        super(AnthropicDialect.NAME, body);
    }

    @Override
    protected Map<String, String> needed() {
        return Map.of("model", "a string", "messages", "an array");
    }

    @Override
    protected void member(String name, JsonToken value, JsonParser json) throws IOException {
        switch (name) {
            case "model":
                model = text(name, value, json);
                break;
            case "stream":
                stream = flag(name, value);
                break;
            case "max_tokens":
                maxOutput(whole(name, value, json));
                break;
            case "messages":
                if (value != JsonToken.START_ARRAY) {
                    throw wrong(name, "an array", value);
                }
                entries(value, json, this::message);
                break;
            case "system":
                int from = start(json);
                messages++;
                entries(value, json, this::block);
                beginning.add(new Range(from, end(json)));
                break;
            case "tools":
                entries(value, json, this::tool);
                break;
            case "thinking":
                members(name, value, json, this::thinking);
                break;
            case "output_config":
                members(name, value, json, this::outputConfig);
                break;
            case "output_format":
                hasSchema |= isGiven(value);
                json.skipChildren();
                break;
            default:
                // What is not known may bring other input, such as that of a server
                isText &= !isGiven(value) || PLAIN.contains(name) || name.equals("cache_control");
                mayWriteCache |= isGiven(value) && !PLAIN.contains(name);
                json.skipChildren();
        }
    }

    private void thinking(String name, JsonToken value, JsonParser json) throws IOException {
        if (name.equals("type")) {
            reasons |= !word(value, json).equals("disabled");
        } else {
            nested.add(name);
            json.skipChildren();
        }
    }

    private void outputConfig(String name, JsonToken value, JsonParser json) throws IOException {
        hasSchema |= name.equals("format") && isGiven(value);
        reasons |= name.equals("effort") && isGiven(value);
        nested.add(name);
        json.skipChildren();
    }

    private void tool(JsonToken entry, JsonParser json) throws IOException {
        tools++;
        usesTools = true;
        members("tools", entry, json, (name, value, tool) -> {
            if (name.equals("type")) {
                isText &= value == JsonToken.VALUE_NULL || word(value, tool).equals("custom");
            } else {
                note(name, value);
                tool.skipChildren();
            }
        });
    }

    private void message(JsonToken entry, JsonParser json) throws IOException {
        messages++;
        int from = firstUserSeen ? 0 : start(json);
        boolean[] user = {false};
        members("messages", entry, json, (name, value, message) -> {
            if (name.equals("content")) {
                entries(value, message, this::block);
            } else if (name.equals("role")) {
                user[0] = word(value, message).equals("user");
            } else {
                note(name, value);
                message.skipChildren();
            }
        });
        if (!firstUserSeen && user[0]) {
            firstUserSeen = true;
            beginning.add(new Range(from, end(json)));
        }
    }

    private void block(JsonToken entry, JsonParser json) throws IOException {
        parts++;
        String[] type = {""};
        members("content", entry, json, (name, value, block) -> {
            if (name.equals("type")) {
                type[0] = word(value, block);
            } else if (name.equals("content")) {
                // Of a tool's result
                entries(value, block, this::block);
            } else {
                note(name, value);
                block.skipChildren();
            }
        });
        boolean ofTool = type[0].equals("tool_use") || type[0].equals("tool_result");
        usesTools |= ofTool;
        isText &= ofTool || TEXT_BLOCKS.contains(type[0]);
    }

    private void note(String name, JsonToken value) {
        if (isGiven(value)) {
            nested.add(name);
            mayWriteCache |= name.contains("cache");
        }
    }
}
