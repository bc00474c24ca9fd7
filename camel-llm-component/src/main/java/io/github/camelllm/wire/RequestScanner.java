package io.github.camelllm.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.wire.RequestScan.Member;
import io.github.camelllm.wire.RequestScan.Range;
import io.github.camelllm.wire.RequestScan.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Walks once through a client's request and notes what must be known of it. What bounds the cost of a request is read strictly:
 * a member that comes twice is refused, since the provider might go by the other one. For one request; not thread-safe.
 */
public abstract class RequestScanner {
    /** Deeper and longer than any request; Jackson's own limits are there for what is between. */
    private static final int MAX_BODY_BYTES = 256 << 20;

    private final String dialect;
    private final byte[] body;

    protected String model = "";
    protected boolean stream;
    protected boolean streamUsage;
    protected OptionalInt maxOutputTokens = OptionalInt.empty();
    protected int answers = 1;
    protected final Set<String> nested = new HashSet<>(8);
    protected final List<Role> roles = new ArrayList<>(2);
    protected final List<Range> beginning = new ArrayList<>(2);
    protected boolean isText = true;
    protected boolean mayWriteCache;
    protected int messages;
    protected int parts;
    protected int tools;
    protected boolean usesTools;
    protected boolean hasSchema;
    protected boolean reasons;

    protected RequestScanner(String dialect, byte[] body) {
        this.dialect = dialect;
        this.body = body;
    }

    /** Reads the value of one member of an object. */
    protected interface MemberReader {
        /** @param value the value's first token, which the parser stands at; afterwards it stands at the last */
        void read(String name, JsonToken value, JsonParser json) throws IOException;
    }

    /** Reads one entry of an array. */
    protected interface EntryReader {
        /** @param entry the entry's first token, which the parser stands at; afterwards it stands at the last */
        void read(JsonToken entry, JsonParser json) throws IOException;
    }

    /** Reads a member of the body. */
    protected abstract void member(String name, JsonToken value, JsonParser json) throws IOException;

    /** Members that a request must have, with what each of them is. */
    protected Map<String, String> needed() {
        return Map.of();
    }

    /** The name that two spellings of a member of the body share. */
    protected String canonical(String name) {
        return name;
    }

    /**
     * @param around makes of the reader of the body the one that is used
     * @throws LlmInvalidRequestException if it is no such request
     */
    public final RequestScan scan(UnaryOperator<JsonParser> around) {
        if (body.length > MAX_BODY_BYTES) {
            throw invalid("body: expected at most " + MAX_BODY_BYTES + " bytes, got " + body.length);
        }
        Map<String, Member> members = new HashMap<>(32);
        try (JsonParser json = around.apply(Json.FACTORY.createParser(body))) {
            JsonToken first = json.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw invalid("body: expected an object, got " + kind(first));
            }
            if (json.currentTokenLocation().getByteOffset() < 0) {
                throw invalid("body: expected UTF-8, got another encoding");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = canonical(json.currentName());
                Range nameAt = nameAt(json);
                JsonToken value = json.nextToken();
                int from = (int) json.currentTokenLocation().getByteOffset();
                member(name, value, json);
                if (members.put(name, new Member(nameAt, new Range(from, end(json)))) != null) {
                    throw twice(name);
                }
            }
            if (json.nextToken() != null) {
                throw invalid("body: expected nothing after the object");
            }
        } catch (InputCoercionException e) {
            throw invalid("body: a number is too large at " + Json.where(e));
        } catch (IOException e) {
            throw invalid("body: expected JSON, got something else at " + Json.where(Json.asProcessing(e)));
        }
        needed().forEach((name, what) -> {
            if (!members.containsKey(name)) {
                throw invalid(name + ": expected " + what + ", got nothing");
            }
        });
        return new RequestScan(
                body,
                model,
                stream,
                streamUsage,
                maxOutputTokens,
                answers,
                members,
                nested,
                roles,
                beginning,
                isText,
                mayWriteCache,
                messages,
                parts,
                tools,
                usesTools,
                hasSchema,
                reasons);
    }

    private Range nameAt(JsonParser json) {
        int from = (int) json.currentTokenLocation().getByteOffset();
        int to = from + 1;
        while (body[to] != '"') {
            to += body[to] == '\\' ? 2 : 1;
        }
        return new Range(from, to + 1);
    }

    /** Offset of the first byte after the value whose last token the parser stands at. */
    protected static int end(JsonParser json) throws IOException {
        json.finishToken();
        return (int) json.currentLocation().getByteOffset();
    }

    protected static int start(JsonParser json) {
        return (int) json.currentTokenLocation().getByteOffset();
    }

    /** Walks through the members of an object; anything else is skipped. A member that comes twice is refused. */
    protected final void members(String path, JsonToken value, JsonParser json, MemberReader reader)
            throws IOException {
        if (value != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        Set<String> seen = new HashSet<>(8);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (!seen.add(canonical(name))) {
                throw twice(path + "." + name);
            }
            reader.read(name, json.nextToken(), json);
        }
    }

    /** Walks through the entries of an array; anything else is skipped. */
    protected static void entries(JsonToken value, JsonParser json, EntryReader reader) throws IOException {
        if (value != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        for (JsonToken entry = json.nextToken(); entry != JsonToken.END_ARRAY; entry = json.nextToken()) {
            reader.read(entry, json);
        }
    }

    protected final String text(String name, JsonToken value, JsonParser json) throws IOException {
        if (value != JsonToken.VALUE_STRING) {
            throw wrong(name, "a string", value);
        }
        return json.getText();
    }

    /** The text if it is one, else an empty one. */
    protected static String word(JsonToken value, JsonParser json) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            return json.getText();
        }
        json.skipChildren();
        return "";
    }

    /** Null counts as absent. */
    protected final boolean flag(String name, JsonToken value) {
        switch (value) {
            case VALUE_TRUE:
                return true;
            case VALUE_FALSE:
            case VALUE_NULL:
                return false;
            default:
                throw wrong(name, "a boolean", value);
        }
    }

    /** A whole number, not a text that looks like one: some servers would read that. Null counts as absent. */
    protected final OptionalInt whole(String name, JsonToken value, JsonParser json) throws IOException {
        switch (value) {
            case VALUE_NUMBER_INT:
                return OptionalInt.of(json.getIntValue());
            case VALUE_NULL:
                return OptionalInt.empty();
            default:
                throw wrong(name, "a whole number", value);
        }
    }

    /** Notes the longest answer asked for; a number below 1 asks for none. */
    protected final void maxOutput(OptionalInt tokens) {
        if (tokens.isPresent() && tokens.getAsInt() > 0) {
            maxOutputTokens = OptionalInt.of(Math.max(maxOutputTokens.orElse(0), tokens.getAsInt()));
        }
    }

    protected static boolean isGiven(JsonToken value) {
        return value != JsonToken.VALUE_NULL;
    }

    protected final LlmInvalidRequestException wrong(String name, String expected, JsonToken came) {
        return invalid(name + ": expected " + expected + ", got " + kind(came));
    }

    private LlmInvalidRequestException twice(String name) {
        String safe = name.length() <= 80 && name.matches("[A-Za-z0-9_.\\[\\]-]+") ? "'" + name + "'" : "a member";
        return invalid("body: expected each member once, got " + safe + " twice");
    }

    protected final LlmInvalidRequestException invalid(String what) {
        return new LlmInvalidRequestException(what, ErrorDetails.local(dialect, "", "invalid_request", false), null);
    }

    private static String kind(@Nullable JsonToken token) {
        if (token == null) {
            return "nothing";
        }
        switch (token) {
            case START_OBJECT:
                return "an object";
            case START_ARRAY:
                return "an array";
            case VALUE_STRING:
                return "a string";
            case VALUE_NUMBER_INT:
            case VALUE_NUMBER_FLOAT:
                return "a number";
            case VALUE_TRUE:
            case VALUE_FALSE:
                return "a boolean";
            default:
                return "null";
        }
    }
}
