package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tool calls of one choice: finds out which call a fragment belongs to, whatever of index, id, type and name it lacks.
 * Not thread-safe.
 */
final class ToolCalls {
    private static final int MAX_ID_LENGTH = 40;

    /** One entry of {@code tool_calls} as it came. */
    static final class Fragment {
        @Nullable
        Integer index;

        String id = "";
        String name = "";
        String arguments = "";
        boolean custom;

        @Nullable
        String signature;
    }

    private static final class Call {
        final int key;
        String wireId;
        boolean named;
        boolean argued;
        boolean heldNull;

        Call(int key, String wireId) {
            this.key = key;
            this.wireId = wireId;
        }
    }

    private final int choice;
    private final List<Call> calls = new ArrayList<>(2);
    private final Map<Integer, Call> byIndex = new HashMap<>(4);
    private final Map<String, Call> byId = new HashMap<>(4);

    ToolCalls(int choice) {
        this.choice = choice;
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    /** Position of the first call without a name; −1 if all have one. */
    int nameless() {
        for (int i = 0; i < calls.size(); i++) {
            if (!calls.get(i).named) {
                return i;
            }
        }
        return -1;
    }

    /**
     * @param whole whether each fragment is a call of its own, as in an answer that is no stream
     * @param answerId id of the answer, from which an id is made up for a call without one; possibly empty
     */
    void add(Fragment fragment, boolean whole, String answerId, List<StreamEvent> out) {
        Call known = whole ? null : find(fragment);
        Call call = known == null ? open(fragment) : known;
        Optional<String> id = Optional.empty();
        if (known == null) {
            id = Optional.of(fragment.id.isEmpty() ? madeUpId(answerId, call.key) : fragment.id);
        }
        Optional<String> name = Optional.empty();
        if (!call.named && !fragment.name.isEmpty()) {
            call.named = true;
            name = Optional.of(fragment.name);
        }
        String arguments = arguments(call, fragment);
        if (known == null || name.isPresent() || !arguments.isEmpty()) {
            out.add(new StreamEvent.ToolCallDelta(choice, call.key, id, name, arguments, fragment.custom));
        }
        if (fragment.signature != null) {
            out.add(new StreamEvent.SignatureAdded(choice, fragment.signature));
        }
    }

    /** Cohere sends the text {@code null} for a call without arguments; alone it means none, so it is held back. */
    private static String arguments(Call call, Fragment fragment) {
        if (fragment.arguments.isEmpty()) {
            return "";
        }
        if (!call.argued && !fragment.custom && fragment.arguments.equals("null")) {
            call.argued = true;
            call.heldNull = true;
            return "";
        }
        call.argued = true;
        if (call.heldNull) {
            call.heldNull = false;
            return "null" + fragment.arguments;
        }
        return fragment.arguments;
    }

    private @Nullable Call find(Fragment fragment) {
        Call last = calls.isEmpty() ? null : calls.get(calls.size() - 1);
        if (fragment.index != null) {
            Call call = byIndex.get(fragment.index);
            // Some providers number every call 0: another id with a name is another call.
            boolean other = call != null
                    && !fragment.name.isEmpty()
                    && !fragment.id.isEmpty()
                    && !call.wireId.isEmpty()
                    && !call.wireId.equals(fragment.id);
            return other ? null : call;
        }
        if (!fragment.id.isEmpty()) {
            Call call = byId.get(fragment.id);
            return call != null || !fragment.name.isEmpty() ? call : last;
        }
        return fragment.name.isEmpty() ? last : null;
    }

    private Call open(Fragment fragment) {
        Call call = new Call(calls.size(), fragment.id);
        calls.add(call);
        if (fragment.index != null) {
            byIndex.put(fragment.index, call);
        }
        if (!fragment.id.isEmpty()) {
            byId.put(fragment.id, call);
        }
        return call;
    }

    private String madeUpId(String answerId, int key) {
        String tail =
                answerId.length() <= MAX_ID_LENGTH ? answerId : answerId.substring(answerId.length() - MAX_ID_LENGTH);
        return "call_" + (tail.isEmpty() ? "" : tail + "_") + (choice == 0 ? "" : choice + "_") + key;
    }

    /** Reads one entry of {@code tool_calls}, at whose opening brace the parser stands. */
    static Fragment read(JsonParser parser) throws IOException {
        Fragment fragment = new Fragment();
        for (String member = parser.nextFieldName(); member != null; member = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            switch (member) {
                case "index":
                    fragment.index = value == JsonToken.VALUE_NUMBER_INT ? Integer.valueOf(parser.getIntValue()) : null;
                    break;
                case "id":
                    fragment.id = value == JsonToken.VALUE_STRING ? parser.getText() : "";
                    break;
                case "type":
                    fragment.custom |=
                            value == JsonToken.VALUE_STRING && parser.getText().equals("custom");
                    break;
                case "function":
                case "custom":
                    if (value == JsonToken.START_OBJECT) {
                        readFunction(parser, fragment);
                    }
                    break;
                case "extra_content":
                    fragment.signature = signature(Json.MAPPER.readTree(parser));
                    break;
                default:
                    parser.skipChildren();
            }
        }
        return fragment;
    }

    /** Reads {@code {"name","arguments"}} or {@code {"name","input"}}; Snowflake adds an empty one of the other kind. */
    static void readFunction(JsonParser parser, Fragment fragment) throws IOException {
        for (String member = parser.nextFieldName(); member != null; member = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            switch (member) {
                case "name":
                    if (value == JsonToken.VALUE_STRING && parser.getTextLength() > 0) {
                        fragment.name = parser.getText();
                    }
                    break;
                case "arguments":
                case "input":
                    if (value == JsonToken.VALUE_STRING) {
                        fragment.arguments = parser.getTextLength() > 0 ? parser.getText() : fragment.arguments;
                    } else if (value.isStructStart()) {
                        fragment.arguments = Json.copy(parser);
                    }
                    break;
                default:
                    parser.skipChildren();
            }
        }
    }

    /** Gemini's thought signature in {@code extra_content}; null if there is none. */
    static @Nullable String signature(JsonNode extraContent) {
        return extraContent.path("google").path("thought_signature").textValue();
    }
}
