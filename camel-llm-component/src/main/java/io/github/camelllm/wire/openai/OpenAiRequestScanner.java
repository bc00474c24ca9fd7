package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.camelllm.wire.RequestScan.Range;
import io.github.camelllm.wire.RequestScan.Role;
import io.github.camelllm.wire.RequestScanner;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** Looks at a chat request. */
final class OpenAiRequestScanner extends RequestScanner {
    /** Members that neither change what is read nor what is charged at other rates. */
    private static final Set<String> PLAIN = Set.of(
            "temperature",
            "top_p",
            "top_k",
            "stop",
            "seed",
            "frequency_penalty",
            "presence_penalty",
            "logit_bias",
            "logprobs",
            "top_logprobs",
            "user",
            "tool_choice",
            "function_call",
            "parallel_tool_calls",
            "verbosity",
            "metadata",
            "service_tier",
            "store",
            "safety_identifier");

    /** Members with which the model reads, writes or looks up more than text. */
    private static final Set<String> MORE_THAN_TEXT =
            Set.of("modalities", "audio", "prediction", "web_search_options", "plugins", "reasoning", "thinking");

    private boolean firstUserSeen;

    OpenAiRequestScanner(byte[] body) {
        super(OpenAiChatDialect.NAME, body);
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
            case "stream_options":
                members(name, value, json, this::streamOption);
                break;
            case "max_tokens":
            case "max_completion_tokens":
                maxOutput(whole(name, value, json));
                break;
            case "n":
                answers = Math.max(1, whole(name, value, json).orElse(1));
                break;
            case "messages":
                if (value != JsonToken.START_ARRAY) {
                    throw wrong(name, "an array", value);
                }
                entries(value, json, this::message);
                break;
            case "tools":
            case "functions":
                entries(value, json, this::tool);
                break;
            case "response_format":
                members(name, value, json, this::format);
                break;
            case "reasoning_effort":
                String effort = word(value, json);
                reasons = !effort.isEmpty() && !effort.equals("none");
                break;
            default:
                isText &= !isGiven(value) || !MORE_THAN_TEXT.contains(name) && !name.contains("search");
                mayWriteCache |= isGiven(value) && !PLAIN.contains(name);
                json.skipChildren();
        }
    }

    private void streamOption(String name, JsonToken value, JsonParser json) throws IOException {
        if (name.equals("include_usage")) {
            streamUsage = flag("stream_options.include_usage", value);
        } else {
            json.skipChildren();
        }
    }

    private void format(String name, JsonToken value, JsonParser json) throws IOException {
        if (name.equals("type")) {
            hasSchema = word(value, json).equals("json_schema");
        } else {
            json.skipChildren();
        }
    }

    private void tool(JsonToken entry, JsonParser json) throws IOException {
        tools++;
        usesTools = true;
        members("tools", entry, json, (name, value, tool) -> {
            if (name.equals("type")) {
                isText &= word(value, tool).equals("function");
            } else {
                noteCacheHint(name, value);
                tool.skipChildren();
            }
        });
    }

    private void message(JsonToken entry, JsonParser json) throws IOException {
        messages++;
        int from = firstUserSeen ? 0 : start(json);
        String[] role = {""};
        members("messages", entry, json, (name, value, message) -> {
            switch (name) {
                case "role":
                    int word = start(message);
                    role[0] = word(value, message);
                    if (role[0].equals("system") || role[0].equals("developer")) {
                        roles.add(new Role(role[0], new Range(word, end(message))));
                    }
                    usesTools |= role[0].equals("tool") || role[0].equals("function");
                    break;
                case "content":
                    entries(value, message, this::part);
                    break;
                default:
                    if (isGiven(value)) {
                        nested.add(name);
                        usesTools |= name.equals("tool_calls") || name.equals("function_call");
                        isText &= !name.equals("audio");
                        noteCacheHint(name, value);
                    }
                    message.skipChildren();
            }
        });
        boolean user = role[0].equals("user");
        if (!firstUserSeen && (user || role[0].equals("system") || role[0].equals("developer"))) {
            beginning.add(new Range(from, end(json)));
            firstUserSeen = user;
        }
    }

    private void part(JsonToken entry, JsonParser json) throws IOException {
        parts++;
        String[] type = {""};
        members("content", entry, json, (name, value, part) -> {
            if (name.equals("type")) {
                type[0] = word(value, part);
            } else {
                noteCacheHint(name, value);
                part.skipChildren();
            }
        });
        isText &= type[0].equals("text") || type[0].equals("refusal");
    }

    private void noteCacheHint(String name, JsonToken value) {
        mayWriteCache |= isGiven(value) && name.contains("cache");
    }
}
