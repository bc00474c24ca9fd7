package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code choices} as it came, in a chunk or in a whole answer. Its members come in any order (the index often
 * last), so they are kept here until all are known. Reused from chunk to chunk; not thread-safe.
 */
final class ChoiceDelta {
    int index;
    /** Whether there was a message, a delta or a text at all. */
    boolean present;
    /** Whether it came as {@code message}, so that it is complete. */
    boolean whole;

    String content = "";
    String reasoning = "";
    String refusal = "";
    final List<ToolCalls.Fragment> calls = new ArrayList<>(1);

    @Nullable
    JsonNode parts;

    @Nullable
    JsonNode reasoningDetails;

    @Nullable
    JsonNode audio;

    @Nullable
    JsonNode annotations;

    @Nullable
    JsonNode images;

    @Nullable
    JsonNode logprobs;

    @Nullable
    JsonNode filterResults;

    @Nullable
    String signature;

    @Nullable
    String finish;

    @Nullable
    String nativeFinish;

    @Nullable
    String stopSequence;

    @Nullable
    UsageReader usage;

    int skipped;

    /** Reads one entry, at whose opening brace the parser stands. */
    void read(JsonParser parser, int position) throws IOException {
        clear(position);
        for (String member = parser.nextFieldName(); member != null; member = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            switch (member) {
                case "delta":
                case "message":
                    if (value == JsonToken.START_OBJECT) {
                        present = true;
                        whole = member.equals("message");
                        readMessage(parser);
                    } else {
                        parser.skipChildren();
                    }
                    break;
                case "index":
                    index = value == JsonToken.VALUE_NUMBER_INT ? parser.getIntValue() : position;
                    break;
                case "finish_reason":
                    finish = word(parser);
                    break;
                case "native_finish_reason":
                    nativeFinish = word(parser);
                    break;
                case "stop_reason":
                    stopSequence = word(parser);
                    break;
                case "text":
                    content = string(parser);
                    present = true;
                    break;
                default:
                    readRare(member, value, parser);
            }
        }
    }

    private void readRare(String member, JsonToken value, JsonParser parser) throws IOException {
        switch (member) {
            case "logprobs":
                logprobs = structure(parser);
                break;
            case "usage":
                usage = UsageReader.read(parser);
                break;
            case "content_filter_results":
                filterResults = structure(parser);
                break;
            case "token_ids":
            case "seed":
            case "matched_stop":
            case "routed_experts":
            case "content_filter_offsets":
                parser.skipChildren();
                break;
            default:
                skip(value, parser);
        }
    }

    private void readMessage(JsonParser parser) throws IOException {
        for (String member = parser.nextFieldName(); member != null; member = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            switch (member) {
                case "content":
                    if (value.isStructStart()) {
                        parts = Json.MAPPER.readTree(parser);
                    } else {
                        content = string(parser);
                    }
                    break;
                case "reasoning_content":
                case "reasoning":
                case "thinking":
                    // Some providers repeat the same words under two of the names: one of them is enough.
                    if (reasoning.isEmpty()) {
                        reasoning = string(parser);
                    } else {
                        parser.skipChildren();
                    }
                    break;
                case "tool_calls":
                    readCalls(value, parser);
                    break;
                case "refusal":
                    refusal = string(parser);
                    break;
                case "role":
                case "channel":
                case "prefix":
                    parser.skipChildren();
                    break;
                default:
                    readRareMember(member, value, parser);
            }
        }
    }

    private void readRareMember(String member, JsonToken value, JsonParser parser) throws IOException {
        switch (member) {
            case "reasoning_details":
                reasoningDetails = structure(parser);
                break;
            case "function_call":
                readFunctionCall(value, parser);
                break;
            case "audio":
                audio = structure(parser);
                break;
            case "annotations":
                annotations = structure(parser);
                break;
            case "images":
                images = structure(parser);
                break;
            case "extra_content":
                JsonNode extra = structure(parser);
                String inside = extra == null ? null : ToolCalls.signature(extra);
                signature = inside != null ? inside : signature;
                break;
            case "thought_signature":
                signature = signature != null ? signature : word(parser);
                break;
            default:
                skip(value, parser);
        }
    }

    private void readCalls(JsonToken value, JsonParser parser) throws IOException {
        if (value != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        for (JsonToken entry = parser.nextToken(); entry != JsonToken.END_ARRAY; entry = parser.nextToken()) {
            if (entry == JsonToken.START_OBJECT) {
                calls.add(ToolCalls.read(parser));
            } else {
                skip(entry, parser);
            }
        }
    }

    /** The predecessor of tools: one call without an id. Snowflake sends an empty one beside real calls. */
    private void readFunctionCall(JsonToken value, JsonParser parser) throws IOException {
        if (value != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        ToolCalls.Fragment fragment = new ToolCalls.Fragment();
        fragment.index = 0;
        ToolCalls.readFunction(parser, fragment);
        if (!fragment.name.isEmpty() || !fragment.arguments.isEmpty()) {
            calls.add(fragment);
        }
    }

    private void skip(@Nullable JsonToken value, JsonParser parser) throws IOException {
        if (value != JsonToken.VALUE_NULL) {
            skipped++;
        }
        parser.skipChildren();
    }

    private static String string(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return parser.getTextLength() == 0 ? "" : parser.getText();
        }
        parser.skipChildren();
        return "";
    }

    private static @Nullable String word(JsonParser parser) throws IOException {
        String text = string(parser);
        return text.isEmpty() ? null : text;
    }

    /** An object or array that holds something; null if it is empty or neither. */
    private static @Nullable JsonNode structure(JsonParser parser) throws IOException {
        if (!parser.currentToken().isStructStart()) {
            return null;
        }
        JsonNode tree = Json.MAPPER.readTree(parser);
        return tree.isEmpty() ? null : tree;
    }

    private void clear(int position) {
        index = position;
        present = false;
        whole = false;
        content = "";
        reasoning = "";
        refusal = "";
        calls.clear();
        parts = null;
        reasoningDetails = null;
        audio = null;
        annotations = null;
        images = null;
        logprobs = null;
        filterResults = null;
        signature = null;
        finish = null;
        nativeFinish = null;
        stopSequence = null;
        usage = null;
        skipped = 0;
    }
}
