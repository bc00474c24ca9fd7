package io.github.camelllm.call;

import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.FrameDecoder;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.sse.SseDecoder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/** Bytes of a stream to events, each folded and shown. Not thread-safe. */
final class DecodedStream implements WireOperation.StreamReader<ChatResponse> {
    private final ChatResponseFold fold = new ChatResponseFold();
    private final StreamDecoder decoder;
    private final FrameDecoder frames;
    private final WireOperation.StreamSink sink;
    private final Consumer<Frame> onFrame = this::frame;

    DecodedStream(CallTarget target, WireOperation.StreamSink sink) {
        this.decoder = target.dialect().chat().streamDecoder(target.wire());
        this.frames = new SseDecoder(target.maxEventBytes());
        this.sink = sink;
    }

    @Override
    public void read(ByteBuffer bytes) {
        frames.decode(bytes, onFrame);
    }

    @Override
    public ChatResponse end() {
        frames.end(onFrame);
        deliver(decoder.end());
        return fold.response();
    }

    @Override
    public ChatResponse partial() {
        return fold.response();
    }

    private void frame(Frame frame) {
        deliver(decoder.decode(frame));
    }

    private void deliver(List<StreamEvent> events) {
        for (int i = 0; i < events.size(); i++) {
            StreamEvent event = events.get(i);
            event.accept(fold);
            sink.event(event);
        }
    }
}
