package io.github.camelllm.call;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.transport.HttpExchange;
import io.github.camelllm.transport.HttpHandler;
import io.github.camelllm.transport.HttpRequest;
import io.github.camelllm.transport.HttpTransport;
import io.github.camelllm.transport.TransportException;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.FrameDecoder;
import io.github.camelllm.wire.ProviderError;
import io.github.camelllm.wire.WireHeaders;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Sends a call over HTTP and reads its answer: encode, sign, send, frames, decode, fold. */
final class HttpChannel<Q, R> implements CallChannel<Q, R> {
    /** An error page larger than this is cut; no provider's error is. */
    private static final int MAX_ERROR_BYTES = 256 * 1024;

    /** More digits than any length has, and few enough for a long. */
    private static final int MAX_LENGTH_DIGITS = 18;

    private final HttpTransport transport;
    private final WireOperation<Q, R> operation;
    private final Timer timer;

    HttpChannel(HttpTransport transport, WireOperation<Q, R> operation, Timer timer) {
        this.transport = transport;
        this.operation = operation;
        this.timer = timer;
    }

    @Override
    public CallHandle send(Call<Q> call, CallObserver<R> observer) {
        HttpAttempt<Q, R> attempt = new HttpAttempt<>(call, operation, observer, timer);
        attempt.start(transport);
        return attempt;
    }

    /**
     * One attempt. All but {@link #cancel}, {@link #pause} and {@link #resume} runs on the transport's thread, one
     * callback at a time.
     */
    private static final class HttpAttempt<Q, R> implements HttpHandler, CallHandle {
        private final Call<Q> call;
        private final CallTarget target;
        private final WireOperation<Q, R> operation;
        private final CallObserver<R> observer;
        private final Timer timer;
        private final Instant startedAt = Instant.now();
        private final long startNanos = System.nanoTime();
        private volatile @Nullable HttpExchange exchange;
        private volatile boolean cancelRequested;
        private boolean ended;
        private boolean sent;
        private int chunks;
        private long firstByteNanos;
        private List<String> dropped = List.of();
        private int status;
        private WireHeaders headers = WireHeaders.NONE;
        private BodyBuffer body = BodyBuffer.EMPTY;
        private WireOperation.@Nullable StreamReader<R> stream;
        private volatile @Nullable Watched watched;

        HttpAttempt(Call<Q> call, WireOperation<Q, R> operation, CallObserver<R> observer, Timer timer) {
            this.call = call;
            this.target = call.target();
            this.operation = operation;
            this.observer = observer;
            this.timer = timer;
        }

        void start(HttpTransport transport) {
            HttpRequest request;
            try {
                if (call.deadline().hasPassed(timer)) {
                    throw new LlmTimeoutException(
                            target + ": the deadline passed before the request was sent",
                            ErrorDetails.local(target.provider(), target.model(), "deadline", false),
                            null);
                }
                EncodedRequest encoded = operation.encode(call.request(), call.stream(), target);
                dropped = encoded.dropped();
                request = OutgoingRequest.of(encoded, call, timer);
            } catch (LlmException e) {
                fail(e);
                return;
            } catch (RuntimeException e) {
                fail(new LlmInvalidRequestException(
                        target + ": the request could not be encoded ("
                                + e.getClass().getSimpleName() + ")",
                        ErrorDetails.local(target.provider(), target.model(), "encoding_failed", false),
                        e));
                return;
            }
            sent = true;
            exchange = transport.send(request, this);
        }

        @Override
        public void onStart(HttpExchange started) {
            exchange = started;
            observer.started(this);
        }

        @Override
        public void cancel() {
            cancelRequested = true;
            HttpExchange started = exchange;
            if (started != null) {
                started.cancel();
            }
        }

        @Override
        public void pause() {
            HttpExchange started = exchange;
            if (started != null) {
                started.pause();
            }
        }

        @Override
        public void resume() {
            Watched reading = watched;
            if (reading != null) {
                reading.watch.resumed();
            }
            HttpExchange started = exchange;
            if (started != null) {
                started.resume();
            }
        }

        @Override
        public void onHead(int answerStatus, WireHeaders answerHeaders) {
            status = answerStatus;
            headers = answerHeaders;
            observer.head(answerHeaders);
            WireOperation.Streaming<Q, R> streaming = call.stream() ? operation.streaming() : null;
            if (streaming != null && isSuccess() && ContentTypes.mayBeEventStream(headers)) {
                Watched sink = new Watched();
                watched = sink;
                stream = streaming.reader(call, sink);
            } else {
                body = new BodyBuffer(
                        isSuccess() ? target.maxResponseBytes() : MAX_ERROR_BYTES, announcedBytes(headers));
            }
        }

        /** Only a hint: how much really comes is counted. */
        private static OptionalLong announcedBytes(WireHeaders headers) {
            String length = headers.first("content-length").orElse("");
            if (length.isEmpty() || length.length() > MAX_LENGTH_DIGITS) {
                return OptionalLong.empty();
            }
            long bytes = 0;
            for (int i = 0; i < length.length(); i++) {
                int digit = length.charAt(i) - '0';
                if (digit < 0 || digit > 9) {
                    return OptionalLong.empty();
                }
                bytes = 10 * bytes + digit;
            }
            return OptionalLong.of(bytes);
        }

        @Override
        public void onData(ByteBuffer bytes) {
            if (ended) {
                return;
            }
            if (firstByteNanos == 0) {
                firstByteNanos = System.nanoTime();
            }
            WireOperation.StreamReader<R> reader = stream;
            Watched reading = watched;
            try {
                if (reader != null && reading != null) {
                    reading.bytes(bytes.remaining());
                    reader.read(bytes);
                } else if (!body.append(bytes) && isSuccess()) {
                    throw malformed("answer exceeds " + target.maxResponseBytes() + " bytes", "body_too_large", null);
                }
            } catch (RuntimeException e) {
                abort(asFailure(e));
            }
        }

        @Override
        public void onEnd() {
            if (ended) {
                return;
            }
            if (!isSuccess()) {
                fail(answeredError());
                return;
            }
            R result;
            try {
                result = readResult();
            } catch (RuntimeException e) {
                fail(asFailure(e));
                return;
            }
            ended = true;
            observer.completed(result, record(CallOutcome.SUCCEEDED, Optional.empty(), result));
        }

        @Override
        public void onFailure(TransportException failure) {
            if (ended) {
                return;
            }
            sent = failure.requestMayHaveReachedServer();
            if (cancelRequested) {
                ended = true;
                observer.cancelled(record(CallOutcome.CANCELLED, Optional.of("cancelled"), null));
                return;
            }
            if (!isSuccess() && status != 0) {
                // The status already says what went wrong; a connection lost after it adds nothing.
                fail(answeredError());
                return;
            }
            fail(TransportFailures.toLlmException(failure, target, ProviderError.requestId(headers), status));
        }

        private LlmException answeredError() {
            return target.dialect().chat().decodeError(status, headers, body.toByteArray(), target.wire());
        }

        private R readResult() {
            WireOperation.StreamReader<R> reader = stream;
            if (reader != null) {
                return reader.end();
            }
            ContentTypes.requireJson(headers, body, target, status);
            R result = operation.decode(body.toByteArray(), headers, call.request(), target);
            WireOperation.Streaming<Q, R> streaming = call.stream() ? operation.streaming() : null;
            if (streaming != null) {
                streaming.replay(result, call, observer::event);
            }
            return result;
        }

        /** Ends the call for a reason of ours while the provider still sends. */
        private void abort(LlmException failure) {
            fail(failure);
            HttpExchange started = exchange;
            if (started != null) {
                started.cancel();
            } else {
                cancelRequested = true;
            }
        }

        private void fail(LlmException failure) {
            ended = true;
            observer.failed(failure, record(CallOutcome.FAILED, Optional.of(failure.getErrorType()), null));
        }

        private boolean isSuccess() {
            return status >= 200 && status < 300;
        }

        private LlmException asFailure(RuntimeException e) {
            if (e instanceof LlmException failure) {
                return failure.details().requestId().isPresent() || requestId().isEmpty()
                        ? failure
                        : failure.kind()
                                .exception(
                                        String.valueOf(failure.getMessage()),
                                        failure.details().withRequestId(requestId()),
                                        failure);
            }
            if (e instanceof FrameDecoder.FrameTooLargeException) {
                return malformed(e.getMessage(), "event_too_large", e);
            }
            return malformed(
                    "answer could not be read (" + e.getClass().getSimpleName() + ")", "unreadable_response", e);
        }

        private LlmMalformedResponseException malformed(
                @Nullable String what, String errorType, @Nullable Throwable cause) {
            return new LlmMalformedResponseException(target + ": " + what, details(errorType, false), cause);
        }

        private ErrorDetails details(String errorType, boolean retryable) {
            return new ErrorDetails(
                    target.provider(),
                    target.model(),
                    OptionalInt.of(status),
                    requestId(),
                    errorType,
                    retryable,
                    Optional.empty(),
                    Optional.empty());
        }

        private Optional<String> requestId() {
            return ProviderError.requestId(headers);
        }

        private CallRecord record(CallOutcome outcome, Optional<String> errorType, @Nullable R result) {
            WireOperation.StreamReader<R> reader = stream;
            Optional<R> partial = result == null && reader != null ? Optional.of(reader.partial()) : Optional.empty();
            WireOperation.Facts facts = result != null
                    ? operation.facts(result)
                    : partial.map(operation::facts)
                            .map(known ->
                                    new WireOperation.Facts(known.responseModel(), Optional.empty(), known.usage()))
                            .orElse(WireOperation.Facts.NONE);
            Optional<Usage> usage = facts.usage();
            UsageSource source = UsageSource.REPORTED;
            if (usage.isEmpty() || result == null) {
                usage = wider(usage, operation.count(call.request(), Optional.ofNullable(result), partial, target));
                source = usage.isPresent() ? UsageSource.COUNTED : UsageSource.UNKNOWN;
            }
            long now = System.nanoTime();
            boolean refused = outcome == CallOutcome.FAILED && status != 0 && !isSuccess() && usage.isEmpty();
            return new CallRecord(
                    call.attemptId(),
                    call.id(),
                    1,
                    call.operation(),
                    target.provider(),
                    target.telemetryName(),
                    target.model(),
                    facts.responseModel(),
                    call.stream(),
                    startedAt,
                    Duration.ofNanos(now - startNanos),
                    firstByteNanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(firstByteNanos - startNanos)),
                    outcome,
                    errorType,
                    status == 0 ? OptionalInt.empty() : OptionalInt.of(status),
                    requestId(),
                    facts.finishReason(),
                    sent && !refused,
                    usage,
                    source,
                    Optional.empty(),
                    dropped,
                    call.tags(),
                    Duration.ZERO,
                    Optional.empty(),
                    Optional.of(Duration.ofNanos(startNanos - call.begunNanos())),
                    chunks);
        }

        /**
         * Usage of a stream that broke off. What the provider reported before is preliminary: its input stands, its
         * output counts only what it had sent by then (1 at the start of an Anthropic stream).
         */
        private static Optional<Usage> wider(Optional<Usage> reported, Optional<Usage> counted) {
            if (counted.isEmpty()) {
                return reported;
            }
            if (reported.isEmpty() || reported.get().inputTokens().isEmpty()) {
                return counted;
            }
            long output = Math.max(
                    reported.get().outputTokens().orElse(0),
                    counted.get().outputTokens().orElse(0));
            return Optional.of(reported.get().withOutputTokens(output));
        }

        /** Shows what is read of a stream to the observer, as long as the stream may go on. */
        private final class Watched implements WireOperation.StreamSink {
            final StreamWatch watch = new StreamWatch(target.streamLimits(), timer);

            void bytes(int count) {
                require(watch.bytes(count));
            }

            @Override
            public void event(StreamEvent event) {
                require(watch.event(event));
                chunks += event.pieces();
                observer.event(event);
            }

            @Override
            public void words(String text) {
                require(watch.words(text));
            }

            private void require(StreamWatch.Fault fault) {
                switch (fault) {
                    case TOO_SLOW:
                        throw new LlmTimeoutException(
                                target + ": the stream brought less than "
                                        + target.streamLimits().minBytesPerSecond() + " bytes a second",
                                details("slow_stream", true),
                                null);
                    case ENDLESS_WHITESPACE:
                        throw malformed(
                                "the stream brought more than "
                                        + target.streamLimits().maxWhitespace() + " characters of white space in a row",
                                "endless_whitespace",
                                null);
                    default:
                }
            }
        }
    }
}
