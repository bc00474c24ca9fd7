package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.camelllm.chat.StreamEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A {@code message} object as it stands in a body or in {@code message_start}. */
final class MessageObject {
    String type = "";
    Optional<String> id = Optional.empty();
    Optional<String> model = Optional.empty();

    @Nullable
    List<ContentBlock> content;

    @Nullable
    String stopReason;

    @Nullable
    String stopSequence;

    RawJson.@Nullable Slice usage;
    RawJson.@Nullable Slice error;
    private List<RawJson.Slice> others = List.of();
    private int skipped;

    /**
     * Reads the object whose start the parser stands at.
     *
     * @param offset where in the buffer the parsed bytes start
     */
    static MessageObject read(JsonParser parser, byte[] buffer, int offset) throws IOException {
        MessageObject message = new MessageObject();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            message.readMember(parser.currentName(), parser.nextToken(), parser, buffer, offset);
        }
        return message;
    }

    private void readMember(String member, JsonToken value, JsonParser parser, byte[] buffer, int offset)
            throws IOException {
        boolean isText = value == JsonToken.VALUE_STRING;
        switch (member) {
            case "type":
                type = isText ? parser.getText() : type;
                break;
            case "id":
                id = isText ? Optional.of(parser.getText()) : id;
                break;
            case "model":
                model = isText ? Optional.of(parser.getText()) : model;
                break;
            case "role":
                break;
            case "stop_reason":
                stopReason = isText ? parser.getText() : null;
                break;
            case "stop_sequence":
                stopSequence = isText ? parser.getText() : null;
                break;
            case "usage":
                usage = value == JsonToken.START_OBJECT ? RawJson.skip(member, parser) : null;
                break;
            case "error":
                error = value == JsonToken.VALUE_NULL ? null : RawJson.skip(member, parser);
                break;
            case "content":
                if (value == JsonToken.START_ARRAY) {
                    readContent(parser, buffer, offset);
                }
                break;
            default:
                if (value != JsonToken.VALUE_NULL) {
                    if (others.isEmpty()) {
                        others = new ArrayList<>(2);
                    }
                    others.add(RawJson.skip(member, parser));
                }
        }
        parser.skipChildren();
    }

    private void readContent(JsonParser parser, byte[] buffer, int offset) throws IOException {
        List<ContentBlock> blocks = new ArrayList<>(2);
        JsonToken token;
        while ((token = parser.nextToken()) != JsonToken.END_ARRAY && token != null) {
            if (token == JsonToken.START_OBJECT) {
                blocks.add(ContentBlock.read(parser, buffer, offset));
            } else {
                skipped++;
                parser.skipChildren();
            }
        }
        content = blocks;
    }

    /** Members skipped because they are of no known kind. */
    int skipped() {
        return skipped;
    }

    /** Adds the events of all it holds, in the order of the wire, and overlays its usage. */
    void addEvents(AnswerEvents blocks, MessagesUsage known, byte[] buffer, int offset, List<StreamEvent> out)
            throws IOException {
        if (id.isPresent() || model.isPresent()) {
            out.add(new StreamEvent.Started(id, model, Optional.empty(), Optional.empty()));
        }
        if (usage != null) {
            addUsage(known, usage, buffer, offset, out);
        }
        if (content != null) {
            for (ContentBlock block : content) {
                blocks.whole(block, out);
            }
        }
        addOthers(others, buffer, offset, out);
        if (stopReason != null) {
            out.add(new StreamEvent.Finished(0, StopReasons.stopReasonToFinish(stopReason, stopSequence)));
        }
    }

    static void addUsage(MessagesUsage known, RawJson.Slice usage, byte[] buffer, int offset, List<StreamEvent> out)
            throws IOException {
        known.read(buffer, offset + usage.from(), usage.to() - usage.from());
        out.add(new StreamEvent.UsageReported(known.toUsage()));
        Optional<String> extension = known.extension();
        if (extension.isPresent()) {
            out.add(new StreamEvent.ExtensionAdded("usage", extension.get()));
        }
    }

    static void addOthers(List<RawJson.Slice> others, byte[] buffer, int offset, List<StreamEvent> out) {
        for (RawJson.Slice other : others) {
            out.add(new StreamEvent.ExtensionAdded(other.name(), other.json(buffer, offset)));
        }
    }
}
