package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads the server-sent events of one answer
 * (https://platform.claude.com/docs/en/build-with-claude/streaming). The payload's {@code type} counts, not the name of
 * the event. Pings may come anywhere; what comes after {@code message_stop} is skipped. Not thread-safe.
 */
final class AnthropicStreamDecoder implements StreamDecoder {
    private final WireTarget target;
    private final AnswerEvents blocks = new AnswerEvents();
    private final MessagesUsage usage = new MessagesUsage();
    private int events;
    private int skipped;
    private boolean started;
    private boolean hasContent;
    private boolean stopped;

    // Members of the event that is being read.
    private String type = "";
    private int index;
    private @Nullable BlockDelta delta;
    private @Nullable ContentBlock block;
    private @Nullable MessageObject message;
    private RawJson.@Nullable Slice usageSlice;
    private boolean hasError;
    private List<RawJson.Slice> others = List.of();

    AnthropicStreamDecoder(WireTarget target) {
        this.target = target;
    }

    @Override
    public List<StreamEvent> decode(Frame frame) {
        events++;
        if (stopped || frame.length() == 0 || frame.payloadIs("[DONE]")) {
            skipped++;
            return List.of();
        }
        try {
            readMembers(frame);
            return events(frame);
        } catch (AnswerEvents.UnexpectedBlockException e) {
            throw AnthropicErrors.malformed(target, event() + " " + e.getMessage());
        } catch (IOException e) {
            throw AnthropicErrors.malformed(
                    target, "event " + events + " is no JSON, " + Json.where(Json.asProcessing(e)));
        }
    }

    private void readMembers(Frame frame) throws IOException {
        type = "";
        index = -1;
        delta = null;
        block = null;
        message = null;
        usageSlice = null;
        hasError = false;
        others = List.of();
        byte[] buffer = frame.buffer();
        int offset = frame.offset();
        try (JsonParser parser = Json.FACTORY.createParser(buffer, offset, frame.length())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw AnthropicErrors.malformed(target, "event " + events + " is no JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                readMember(parser.currentName(), parser.nextToken(), parser, buffer, offset);
            }
        }
    }

    private void readMember(String member, JsonToken value, JsonParser parser, byte[] buffer, int offset)
            throws IOException {
        boolean isObject = value == JsonToken.START_OBJECT;
        if (member.equals("type") && value == JsonToken.VALUE_STRING) {
            type = parser.getText();
        } else if (member.equals("index") && value == JsonToken.VALUE_NUMBER_INT) {
            index = parser.getIntValue();
        } else if (member.equals("delta") && isObject) {
            delta = BlockDelta.read(parser, buffer, offset);
        } else if (member.equals("content_block") && isObject) {
            block = ContentBlock.read(parser, buffer, offset);
        } else if (member.equals("message") && isObject) {
            message = MessageObject.read(parser, buffer, offset);
        } else if (member.equals("usage") && isObject) {
            usageSlice = RawJson.skip(member, parser);
        } else if (value != JsonToken.VALUE_NULL) {
            hasError |= member.equals("error");
            if (others.isEmpty()) {
                others = new ArrayList<>(2);
            }
            others.add(RawJson.skip(member, parser));
        }
    }

    private List<StreamEvent> events(Frame frame) throws IOException {
        if (!type.equals("message_delta")) {
            skipped += others.size();
        }
        switch (type) {
            case "content_block_delta":
                if (delta == null || index < 0) {
                    throw missing("'index' and 'delta'");
                }
                List<StreamEvent> out = new ArrayList<>(1);
                blocks.delta(index, delta, frame.buffer(), frame.offset(), out);
                return out;
            case "content_block_start":
                return blockStart();
            case "content_block_stop":
                if (index < 0) {
                    throw missing("'index'");
                }
                List<StreamEvent> ended = new ArrayList<>(1);
                blocks.close(index, ended);
                return ended;
            case "message_start":
                return messageStart(frame);
            case "message_delta":
                return messageDelta(frame);
            case "message_stop":
                return messageStop();
            case "ping":
                return List.of();
            default:
                if (type.equals("error") || type.isEmpty() && hasError) {
                    throw error(frame);
                }
                if (type.isEmpty()) {
                    throw AnthropicErrors.malformed(target, "event " + events + " has no 'type'");
                }
                skipped++;
                return List.of();
        }
    }

    private List<StreamEvent> messageStart(Frame frame) throws IOException {
        if (message == null) {
            throw missing("'message'");
        }
        started = true;
        List<StreamEvent> out = new ArrayList<>(2);
        message.addEvents(blocks, usage, frame.buffer(), frame.offset(), out);
        skipped += message.skipped();
        hasContent |= message.stopReason != null || message.content != null && !message.content.isEmpty();
        return out;
    }

    private List<StreamEvent> blockStart() {
        if (block == null || index < 0) {
            throw missing("'index' and 'content_block'");
        }
        if (!started) {
            throw AnthropicErrors.malformed(target, event() + " came before message_start");
        }
        hasContent = true;
        List<StreamEvent> out = new ArrayList<>(1);
        blocks.open(index, block, out);
        return out;
    }

    private List<StreamEvent> messageDelta(Frame frame) throws IOException {
        List<StreamEvent> out = new ArrayList<>(2);
        if (usageSlice != null) {
            MessageObject.addUsage(usage, usageSlice, frame.buffer(), frame.offset(), out);
        }
        if (delta != null) {
            MessageObject.addOthers(delta.others, frame.buffer(), frame.offset(), out);
            if (delta.stopReason != null) {
                hasContent = true;
                out.add(new StreamEvent.Finished(
                        0, StopReasons.stopReasonToFinish(delta.stopReason, delta.stopSequence)));
            }
        }
        MessageObject.addOthers(others, frame.buffer(), frame.offset(), out);
        return out;
    }

    private List<StreamEvent> messageStop() {
        if (!started || !hasContent) {
            throw AnthropicErrors.malformed(
                    target,
                    event() + (started ? " came before any content or stop_reason" : " came before message_start"));
        }
        stopped = true;
        List<StreamEvent> out = new ArrayList<>(1);
        blocks.closeAll(out);
        return out;
    }

    @Override
    public List<StreamEvent> end() {
        if (!stopped) {
            throw AnthropicErrors.truncated(
                    target, "the stream ended after " + events + " events without message_stop");
        }
        return List.of(new StreamEvent.Completed());
    }

    @Override
    public int skipped() {
        return skipped + blocks.skipped();
    }

    private LlmException error(Frame frame) throws JsonProcessingException {
        return AnthropicErrors.read(OptionalInt.empty(), Json.tree(frame.buffer(), frame.offset(), frame.length()))
                .toException(WireHeaders.NONE, target);
    }

    private LlmException missing(String members) {
        return AnthropicErrors.malformed(target, event() + " lacks " + members);
    }

    private String event() {
        return "event " + events + " " + type;
    }
}
