package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.camelllm.chat.Citation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code delta} member of a stream event, of a content block or of the message. */
final class BlockDelta {
    String type = "";

    @Nullable
    String text;

    @Nullable
    String partialJson;

    @Nullable
    String thinking;

    @Nullable
    String signature;

    @Nullable
    String stopReason;

    @Nullable
    String stopSequence;

    @Nullable
    Citation citation;

    List<RawJson.Slice> others = List.of();

    /**
     * Reads the object whose start the parser stands at.
     *
     * @param offset where in the buffer the parsed bytes start
     */
    static BlockDelta read(JsonParser parser, byte[] buffer, int offset) throws IOException {
        BlockDelta delta = new BlockDelta();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            delta.readMember(parser.currentName(), parser.nextToken(), parser, buffer, offset);
        }
        return delta;
    }

    private void readMember(String member, JsonToken value, JsonParser parser, byte[] buffer, int offset)
            throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            switch (member) {
                case "type":
                    type = parser.getText();
                    return;
                case "text":
                    text = parser.getText();
                    return;
                case "partial_json":
                    partialJson = parser.getText();
                    return;
                case "thinking":
                    thinking = parser.getText();
                    return;
                case "signature":
                    signature = parser.getText();
                    return;
                case "stop_reason":
                    stopReason = parser.getText();
                    return;
                case "stop_sequence":
                    stopSequence = parser.getText();
                    return;
                default:
                    break;
            }
        }
        if (member.equals("citation") && value == JsonToken.START_OBJECT) {
            citation = ContentBlock.readCitation(parser, buffer, offset);
        } else if (value != JsonToken.VALUE_NULL) {
            if (others.isEmpty()) {
                others = new ArrayList<>(2);
            }
            others.add(RawJson.skip(member, parser));
        }
    }
}
