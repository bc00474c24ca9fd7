package io.github.camelllm.routes.http;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.component.Cancellation;
import io.github.camelllm.component.LlmConstants;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request from its head to the end of its answer. For its event loop's thread but where it says otherwise. */
final class ServedRequest {
    private static final Logger LOG = LoggerFactory.getLogger(ServedRequest.class);
    private static final int SERVER_ERROR = 500;

    private final ServerLoop loop;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Lane lane;
    private final LlmHttpEndpoint endpoint;
    private final RequestHead head = new RequestHead();
    private final @Nullable RequestListener listener;
    private final long begunNanos = System.nanoTime();
    private final RequestBody body;
    private @Nullable Exchange exchange;
    private @Nullable Cancellation cancellation;
    private @Nullable AnswerStream stream;
    private long mostBytes;
    private boolean refused;
    private boolean gone;
    private boolean counted;
    private boolean told;

    ServedRequest(ServerLoop loop, HttpServerRequest request, Lane lane) {
        this.loop = loop;
        this.request = request;
        this.response = request.response();
        this.lane = lane;
        this.endpoint = loop.endpoint();
        this.listener = endpoint.getListener();
        this.body = new RequestBody(loop.room());
    }

    /** The head is there. */
    void begin() {
        count();
        if (isHttp2() && loop.load().isDraining()) {
            refuse(503, "the server is shutting down");
            return;
        }
        if (loop.cors().isPreflight(request)) {
            ending();
            loop.cors().answerPreflight(request);
            endRequest();
            return;
        }
        String declared = request.getHeader("content-length");
        if (declared != null && isTooLong(declared)) {
            refuseBody();
            return;
        }
        mostBytes = declared == null ? loop.maxBodyBytes() : Long.parseLong(declared);
        if (declared != null && !loop.room().has(mostBytes)) {
            refuseForRoom();
            return;
        }
        String expected = request.getHeader("expect");
        if (expected != null) {
            if (!expected.toLowerCase(Locale.ROOT).equals("100-continue")) {
                refuse(417, "the only expectation that is met is 100-continue");
                return;
            }
            response.writeContinue();
        }
        lane.expect(
                endpoint.getBodyTimeout().toNanos(),
                () -> refuse(
                        408,
                        "the request's body did not come within "
                                + endpoint.getBodyTimeout().toSeconds() + " s"));
        request.handler(this::received);
        request.endHandler(whole -> received());
    }

    private boolean isTooLong(String declaredBytes) {
        // The decoder lets digits through only; what is longer than a long is too long as well
        return declaredBytes.length() > 18 || Long.parseLong(declaredBytes) > loop.maxBodyBytes();
    }

    private void received(Buffer chunk) {
        if (refused) {
            return;
        }
        if (!body.append(chunk, mostBytes)) {
            refuseForRoom();
            return;
        }
        if (body.length() > loop.maxBodyBytes()) {
            refuseBody();
        }
    }

    private void received() {
        if (refused) {
            lane.refusedIsRead();
            return;
        }
        lane.expectNothing();
        Exchange made = loop.consumer().createExchange(false);
        exchange = made;
        made.setPattern(ExchangePattern.InOut);
        Cancellation leaving = new Cancellation();
        cancellation = leaving;
        made.setProperty(LlmConstants.CANCELLATION, leaving);
        head.read(request, loop.headers(), made.getIn());
        made.getIn().setBody(body.whole());
        if (listener != null) {
            listener.received(made);
        }
        ExecutorService workers = loop.consumer().workers();
        if (workers == null) {
            route(made);
            return;
        }
        try {
            workers.execute(() -> route(made));
        } catch (RejectedExecutionException e) {
            LOG.debug("All threads are busy and the queue before them is full; a request is refused", e);
            exchange = null;
            response.setStatusCode(503).putHeader("retry-after", "1");
            tell(made);
            loop.consumer().releaseExchange(made, false);
            send(endpoint.getErrors().refused(503, path(), "the server is busy"));
        }
    }

    /** On the event loop, or on a worker thread. */
    private void route(Exchange made) {
        try {
            loop.consumer().createUoW(made);
        } catch (Exception e) {
            made.setException(e);
            loop.run(() -> answer(made));
            return;
        }
        loop.consumer().getAsyncProcessor().process(made, doneSync -> loop.run(() -> answer(made)));
    }

    private void answer(Exchange done) {
        if (gone) {
            endExchange();
            return;
        }
        try {
            Throwable failure = done.getException();
            if (failure != null) {
                fail(done, failure);
            } else {
                answerBody(done, done.getMessage().getBody());
            }
        } catch (RuntimeException e) {
            fail(done, e);
        }
    }

    private void fail(Exchange done, Throwable failure) {
        HttpErrors.Answer answer;
        try {
            answer = endpoint.getErrors().failed(done, failure);
        } catch (RuntimeException e) {
            LOG.error("A failure could not be told to a client in its own words", e);
            answer = new JsonErrors().failed(done, failure);
        }
        if (answer.status() >= SERVER_ERROR && !(failure instanceof LlmException)) {
            loop.consumer().reportFailure(done, failure);
        }
        response.headers().clear();
        send(answer);
    }

    @SuppressWarnings("unchecked") // what a publisher gives is looked at when it comes
    private void answerBody(Exchange done, @Nullable Object answer) {
        if (answer instanceof Flow.Publisher<?> publisher) {
            writeHead(done.getMessage(), "text/event-stream");
            response.setChunked(true);
            AnswerStream made = new AnswerStream(loop, lane, response, this::streamEnding, this::endRequest);
            stream = made;
            ((Flow.Publisher<ByteBuffer>) publisher).subscribe(made);
        } else if (answer == null) {
            writeHead(done.getMessage(), null);
            end(Buffer.buffer());
        } else if (answer instanceof byte[] bytes) {
            writeHead(done.getMessage(), "application/octet-stream");
            end(Buffer.buffer(Unpooled.wrappedBuffer(bytes)));
        } else if (answer instanceof String text) {
            writeHead(done.getMessage(), "text/plain; charset=utf-8");
            end(Buffer.buffer(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8))));
        } else {
            convert(done);
        }
    }

    /** What has to be converted may have to be read or waited for. */
    private void convert(Exchange done) {
        loop.getVertx()
                .executeBlocking(() -> done.getMessage().getMandatoryBody(byte[].class), false)
                .onComplete(result -> {
                    if (gone) {
                        endExchange();
                    } else if (result.failed()) {
                        fail(done, result.cause());
                    } else {
                        answerBody(done, result.result());
                    }
                });
    }

    private void writeHead(Message message, @Nullable String usualType) {
        Integer status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        response.setStatusCode(status == null ? 200 : status);
        head.write(message, response);
        sayIfLast();
        if (usualType != null && !response.headers().contains("content-type")) {
            response.putHeader("content-type", usualType);
        }
        loop.cors().allow(request);
    }

    private void send(HttpErrors.Answer answer) {
        response.setStatusCode(answer.status());
        response.putHeader("content-type", answer.contentType());
        answer.headers().forEach(response::putHeader);
        sayIfLast();
        loop.cors().allow(request);
        end(Buffer.buffer(answer.body()));
    }

    private void refuseBody() {
        refuse(413, "the request's body is longer than " + loop.maxBodyBytes() + " bytes");
    }

    /** The client can try again when others have their answers. */
    private void refuseForRoom() {
        response.putHeader("retry-after", "1");
        refuse(503, "the server has too many requests to keep another of this length; try again");
    }

    /** Answers a request that was not read to its end, and ends the connection. */
    void refuse(int status, String message) {
        count();
        refused = true;
        body.release();
        request.handler(rest -> {});
        request.endHandler(whole -> lane.refusedIsRead());
        boolean isRead = request.isEnded() || request.decoderResult().isFailure();
        lane.refusing(isRead);
        HttpErrors.Answer refusal = endpoint.getErrors().refused(status, path(), message);
        send(refusal);
        lane.refused(isRead);
        if (!isRead) {
            request.resume();
        }
    }

    /** Tells the client to send its next request elsewhere. Some clients of HTTP/2 give up what they wait for if they are told. */
    private void sayIfLast() {
        if ((refused || loop.load().isDraining()) && !isHttp2()) {
            response.putHeader("connection", "close");
        }
    }

    private boolean isHttp2() {
        return request.version() == HttpVersion.HTTP_2;
    }

    private String path() {
        String path = request.decoderResult().isFailure() ? null : request.path();
        return path == null ? "" : path;
    }

    private void end(Buffer whole) {
        // Before the end: it can bring the connection's next request
        ending();
        response.end(whole).onComplete(written -> endRequest());
    }

    private void streamEnding() {
        stream = null;
        ending();
    }

    private void ending() {
        lane.ending(endpoint.getKeepAliveTimeout().toNanos());
    }

    private void endRequest() {
        endExchange();
        body.release();
        tell(null);
        uncount();
        lane.ended(loop.load().isDraining());
    }

    private void endExchange() {
        Exchange done = exchange;
        if (done != null) {
            exchange = null;
            cancellation = null;
            tell(done);
            loop.consumer().doneUoW(done);
            loop.consumer().releaseExchange(done, false);
            body.release();
        }
    }

    private void count() {
        if (!counted) {
            counted = true;
            lane.begin();
            loop.load().requestBegan();
            response.closeHandler(closed -> disconnected());
        }
    }

    private void uncount() {
        if (counted) {
            counted = false;
            loop.load().requestEnded();
        }
    }

    private void disconnected() {
        if (isHttp2() && response.ended()) {
            // A stream ends with its answer; what is not taken of it fails the writing
            return;
        }
        gone = true;
        AnswerStream broken = stream;
        if (broken != null) {
            stream = null;
            broken.cancel();
            endExchange();
        }
        // An exchange that is still with its route ends when it comes back, which is soon if it waits for a call
        Cancellation leaving = cancellation;
        if (leaving != null) {
            cancellation = null;
            leaving.cancel();
        }
        if (exchange == null) {
            body.release();
            tell(null);
        }
        if (isHttp2()) {
            // The connection is still there for others
            lane.ended(loop.load().isDraining());
        }
        uncount();
    }

    /** Tells whoever listens of the end, once. */
    private void tell(@Nullable Exchange done) {
        if (listener == null || told) {
            return;
        }
        told = true;
        listener.ended(new RequestListener.Ended(
                request.decoderResult().isFailure() ? "" : request.method().name(),
                path(),
                response.getStatusCode(),
                !gone && response.ended(),
                Duration.ofNanos(System.nanoTime() - begunNanos),
                Optional.ofNullable(done)));
    }
}
