package io.github.camelllm.call;

import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.AnswerFacts;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.FrameDecoder;
import io.github.camelllm.wire.FrameSkimmer;
import io.github.camelllm.wire.JsonText;
import io.github.camelllm.wire.PassThrough;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.sse.SseDecoder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes a stream on as it comes, in runs of whole frames. The dialect's decoder sees the few frames that say how the stream fares:
 * the first words, usage, finish, errors, the end. So these count as they do for a stream that is decoded. Not thread-safe.
 */
final class PassedStream implements WireOperation.StreamReader<WireAnswer> {
    private static final byte[] NONE = {};

    private final CallTarget target;
    private final WireOperation.StreamSink sink;
    private final FrameSkimmer skimmer;
    private final StreamDecoder decoder;
    private final SseDecoder frames;
    private final boolean withholdsUsage;
    private final ChatResponseFold fold = new ChatResponseFold();
    private final JsonText words = new JsonText();
    private final Consumer<Frame> onFrame = this::frame;

    /** What has come and was not passed on; given away when a part of it is. */
    private byte[] held = NONE;

    private int heldEnd;
    private int runStart;
    private int frameStart;
    private int pieces;
    private int textBytes;
    private boolean spoken;
    private boolean ending;
    private @Nullable Frame latest;

    PassedStream(Call<WireRequest> call, WireOperation.StreamSink sink) {
        this.target = call.target();
        this.sink = sink;
        PassThrough through = target.dialect().passThrough();
        this.skimmer = through.skimmer();
        this.decoder = target.dialect().chat().streamDecoder(target.wire());
        this.frames = new SseDecoder(target.maxEventBytes());
        this.withholdsUsage = through.withholdsUsage(call.request().scan());
    }

    @Override
    public void read(ByteBuffer bytes) {
        int from = heldEnd;
        hold(bytes);
        runStart = 0;
        frameStart = 0;
        frames.decode(ByteBuffer.wrap(held, from, heldEnd - from), onFrame);
        int end = frames.endOfEvent();
        if (end >= 0) {
            pass(end);
            byte[] rest = end == heldEnd ? NONE : Arrays.copyOfRange(held, end, heldEnd);
            held = rest;
            heldEnd = rest.length;
        } else if (heldEnd > 2L * target.maxEventBytes()) {
            // Comments have no limit of their own
            throw new FrameDecoder.FrameTooLargeException(target.maxEventBytes());
        }
    }

    private void hold(ByteBuffer bytes) {
        int count = bytes.remaining();
        if (heldEnd + count > held.length) {
            held = Arrays.copyOf(held, heldEnd == 0 ? count : Math.max(heldEnd + count, 2 * heldEnd));
        }
        bytes.get(held, heldEnd, count);
        heldEnd += count;
    }

    private void frame(Frame frame) {
        int end = ending ? heldEnd : frames.endOfEvent();
        FrameSkimmer.Look look = skimmer.look(frame);
        boolean isContent = skimmer.texts() > 0;
        for (int i = 0; i < skimmer.texts(); i++) {
            words(frame.buffer(), skimmer.from(i), skimmer.to(i));
        }
        if (look == FrameSkimmer.Look.DECODE || !spoken) {
            try {
                decodeLatest();
                isContent |= fold(decoder.decode(frame));
            } catch (LlmException e) {
                pass(frameStart);
                throw e;
            }
        } else if (look == FrameSkimmer.Look.LATEST) {
            latest = new Frame(
                    frame.type(),
                    Arrays.copyOfRange(frame.buffer(), frame.offset(), frame.offset() + frame.length()),
                    0,
                    frame.length());
        }
        spoken |= isContent;
        pieces += isContent ? 1 : 0;
        if (withholdsUsage && skimmer.isOnlyUsage()) {
            pass(frameStart);
            runStart = end;
        }
        frameStart = end;
    }

    private void words(byte[] buffer, int from, int to) {
        words.add(buffer, from, to);
        textBytes += to - from;
        sink.words(JsonText.text(buffer, from, to));
    }

    private boolean fold(List<StreamEvent> events) {
        boolean isContent = false;
        for (int i = 0; i < events.size(); i++) {
            StreamEvent event = events.get(i);
            event.accept(fold);
            isContent |= event.isContent();
        }
        return isContent;
    }

    /** In its turn before what comes after it. */
    private void decodeLatest() {
        Frame known = latest;
        if (known != null) {
            latest = null;
            fold(decoder.decode(known));
        }
    }

    /** Passes on what was not yet, up to before an index. */
    private void pass(int end) {
        if (end > runStart) {
            sink.event(new StreamEvent.Passed(ByteBuffer.wrap(held, runStart, end - runStart), pieces, textBytes));
            runStart = end;
            pieces = 0;
            textBytes = 0;
        }
    }

    @Override
    public WireAnswer end() {
        ending = true;
        runStart = 0;
        frameStart = 0;
        frames.end(onFrame);
        decodeLatest();
        fold(decoder.end());
        if (frameStart == heldEnd || isBlank()) {
            pass(heldEnd);
        }
        return answer();
    }

    /** Whether all that is left are ends of lines. */
    private boolean isBlank() {
        for (int i = runStart; i < heldEnd; i++) {
            if (held[i] != '\n' && held[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    @Override
    public WireAnswer partial() {
        try {
            decodeLatest();
        } catch (LlmException e) {
            // The stream has failed for a reason of its own; what it told before stands
            latest = null;
        }
        return answer();
    }

    private WireAnswer answer() {
        ChatResponse told = fold.response();
        return new WireAnswer.Passed(
                NONE, new AnswerFacts(told.id(), told.model(), told.finish().map(Finish::reason), told.usage()), words);
    }
}
