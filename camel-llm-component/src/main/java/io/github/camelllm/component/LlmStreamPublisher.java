package io.github.camelllm.component;

import io.github.camelllm.call.EventBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The text of a stream for one subscriber. */
final class LlmStreamPublisher implements Flow.Publisher<String> {
    private final LlmStream stream;
    private final AtomicBoolean taken = new AtomicBoolean();

    LlmStreamPublisher(LlmStream stream) {
        this.stream = stream;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super String> subscriber) {
        stream.markSubscribed();
        StreamFeed.subscribe(
                taken,
                new StreamFeed.Source<String>() {
                    @Override
                    public @Nullable String poll() {
                        return stream.poll();
                    }

                    @Override
                    public boolean isOver() {
                        return stream.isOver();
                    }

                    @Override
                    public EventBuffer events() {
                        return stream.events();
                    }

                    @Override
                    public void close() {
                        stream.close();
                    }
                },
                subscriber);
    }
}
