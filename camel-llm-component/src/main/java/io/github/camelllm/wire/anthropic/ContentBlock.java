package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.camelllm.chat.Citation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A content block of an answer as it stands in a body. Its members come in any order, so its kind is known only when
 * all are read; what belongs to other kinds stays where it is in the buffer until it is asked for.
 */
final class ContentBlock {
    private final byte[] buffer;
    private final int offset;
    private int from;
    private int to;
    private RawJson.@Nullable Slice input;
    private List<RawJson.Slice> others = List.of();

    String type = "";
    String text = "";
    String thinking = "";
    String signature = "";

    @Nullable
    String data;

    @Nullable
    String id;

    @Nullable
    String name;

    List<Citation> citations = List.of();

    private ContentBlock(byte[] buffer, int offset) {
        this.buffer = buffer;
        this.offset = offset;
    }

    /**
     * Reads the object whose start the parser stands at.
     *
     * @param offset where in the buffer the parsed bytes start
     */
    static ContentBlock read(JsonParser parser, byte[] buffer, int offset) throws IOException {
        ContentBlock block = new ContentBlock(buffer, offset);
        block.from = (int) parser.currentTokenLocation().getByteOffset();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            block.readMember(parser.currentName(), parser.nextToken(), parser);
        }
        block.to = RawJson.end(parser);
        return block;
    }

    private void readMember(String member, JsonToken value, JsonParser parser) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            switch (member) {
                case "type":
                    type = parser.getText();
                    return;
                case "text":
                    text = parser.getText();
                    return;
                case "thinking":
                    thinking = parser.getText();
                    return;
                case "signature":
                    signature = parser.getText();
                    return;
                case "data":
                    data = parser.getText();
                    return;
                case "id":
                    id = parser.getText();
                    return;
                case "name":
                    name = parser.getText();
                    return;
                default:
                    break;
            }
        }
        if (member.equals("citations") && value == JsonToken.START_ARRAY) {
            readCitations(parser);
        } else if (member.equals("input") && value == JsonToken.START_OBJECT) {
            input = RawJson.skip(member, parser);
        } else if (value != JsonToken.VALUE_NULL) {
            if (others.isEmpty()) {
                others = new ArrayList<>(2);
            }
            others.add(RawJson.skip(member, parser));
        }
    }

    private void readCitations(JsonParser parser) throws IOException {
        citations = new ArrayList<>(2);
        JsonToken token;
        while ((token = parser.nextToken()) != JsonToken.END_ARRAY && token != null) {
            if (token == JsonToken.START_OBJECT) {
                citations.add(readCitation(parser, buffer, offset));
            } else {
                parser.skipChildren();
            }
        }
    }

    /** Reads the citation whose start the parser stands at. */
    static Citation readCitation(JsonParser parser, byte[] buffer, int offset) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        String url = null;
        String title = null;
        String cited = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String member = parser.currentName();
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                parser.skipChildren();
                continue;
            }
            switch (member) {
                case "url":
                    url = parser.getText();
                    break;
                case "title":
                case "document_title":
                    title = parser.getText();
                    break;
                case "cited_text":
                    cited = parser.getText();
                    break;
                default:
                    break;
            }
        }
        return new Citation(
                Optional.ofNullable(url),
                Optional.ofNullable(title),
                Optional.ofNullable(cited),
                Optional.of(RawJson.compact(buffer, offset + from, offset + RawJson.end(parser))));
    }

    /** The whole block as JSON text. */
    String json() {
        return RawJson.compact(buffer, offset + from, offset + to);
    }

    /** {@code input} as JSON text; empty if there is none, or an empty object. */
    String inputJson() {
        String json = input == null ? "" : input.json(buffer, offset);
        return json.equals("{}") ? "" : json;
    }

    /** How many members are there that its kind has no place for. */
    int otherMembers() {
        return others.size();
    }

    /**
     * The members that the kind has no place for, as an object that also names the type, so that it is known for ours
     * when it comes back; empty if there are none.
     */
    Optional<String> othersJson() {
        if (others.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> members = new LinkedHashMap<>();
        members.put("type", RawJson.string(type));
        for (RawJson.Slice other : others) {
            members.put(other.name(), other.json(buffer, offset));
        }
        return Optional.of(RawJson.object(members));
    }
}
