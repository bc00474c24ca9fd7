package io.github.camelllm.examples.benchmark.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Clients that each send a request, read the answer and send the next, all on one thread. */
final class Load implements AutoCloseable {
    private static final int END_SECONDS = 60;
    private static final int DIGITS = 3;

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    private final NetClient client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));

    /**
     * What was answered in the measured time.
     *
     * @param answers whole answers
     * @param micros how long each took
     */
    record Answers(long answers, double seconds, Histogram micros) {
        double perSecond() {
            return answers / seconds;
        }

        double millisAt(double percentile) {
            return micros.getValueAtPercentile(percentile) / 1000.0;
        }
    }

    /** Starts clients that go on until they are stopped. */
    Running start(Call call, int connections) {
        return start(call, connections, Duration.ZERO);
    }

    /** Starts clients one after the other, within a time. */
    Running start(Call call, int connections, Duration within) {
        Running running = new Running(call, connections);
        vertx.runOnContext(now -> {
            for (int i = 0; i < connections; i++) {
                long millis = within.toMillis() * i / connections;
                if (millis == 0) {
                    running.connect();
                } else {
                    vertx.setTimer(millis, due -> running.connect());
                }
            }
        });
        return running;
    }

    /** Makes a call once. */
    void once(Call call) throws Exception {
        Running running = start(call, 1);
        running.wanted = false;
        running.stop();
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(END_SECONDS, TimeUnit.SECONDS);
    }

    /** Clients at work. */
    final class Running {
        private final Call call;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private volatile boolean wanted = true;
        private final LongAdder answers = new LongAdder();
        // Of the event loop's thread
        private Histogram micros = new Histogram(DIGITS);
        private final List<Client> clients = new ArrayList<>();
        private int open;

        Running(Call call, int connections) {
            this.call = call;
            this.open = connections;
            if (connections == 0) {
                ended.complete(null);
            }
        }

        private void connect() {
            client.connect(call.port(), "127.0.0.1").onComplete(connected -> {
                if (connected.failed()) {
                    end(connected.cause());
                } else {
                    Client made = new Client(connected.result());
                    clients.add(made);
                    made.send();
                }
            });
        }

        private void end(@Nullable Throwable failure) {
            if (failure != null) {
                wanted = false;
                ended.completeExceptionally(failure);
            } else if (--open == 0) {
                ended.complete(null);
            }
        }

        /** @throws java.util.concurrent.CompletionException if a client failed */
        void requireNoFailure() {
            if (ended.isCompletedExceptionally()) {
                ended.join();
            }
        }

        /** Lets a time pass; if nobody was answered in it, as much again, though not for ever. */
        Answers during(Duration time) throws Exception {
            micros(new Histogram(DIGITS));
            long before = answers.sum();
            long from = System.nanoTime();
            do {
                pass(time);
            } while (answers.sum() == before && System.nanoTime() - from < END_SECONDS * 1e9);
            long count = answers.sum() - before;
            double seconds = (System.nanoTime() - from) / 1e9;
            if (count == 0) {
                throw new IllegalStateException("nothing was answered within " + seconds + " s");
            }
            return new Answers(count, seconds, micros(new Histogram(DIGITS)));
        }

        /**
         * Lets a time pass.
         *
         * @throws java.util.concurrent.CompletionException if a client failed
         */
        void pass(Duration time) throws Exception {
            requireNoFailure();
            TimeUnit.MILLISECONDS.sleep(time.toMillis());
            requireNoFailure();
        }

        private Histogram micros(Histogram next) throws Exception {
            CompletableFuture<Histogram> before = new CompletableFuture<>();
            vertx.runOnContext(now -> {
                before.complete(micros);
                micros = next;
            });
            return before.get(END_SECONDS, TimeUnit.SECONDS);
        }

        /** Whole answers so far, all of them right. */
        long answered() {
            return answers.sum();
        }

        /** Lets each client read its answer to the end. */
        void stop() throws Exception {
            wanted = false;
            ended.get(END_SECONDS, TimeUnit.SECONDS);
        }

        /** Lets the clients go away in the middle of their answers. */
        void cut() throws Exception {
            wanted = false;
            vertx.runOnContext(now -> List.copyOf(clients).forEach(Client::leave));
            ended.get(END_SECONDS, TimeUnit.SECONDS);
        }

        private final class Client {
            private final NetSocket socket;
            private final HttpReader reader = new HttpReader();
            private long sentNanos;

            Client(NetSocket socket) {
                this.socket = socket;
                socket.handler(bytes -> received(bytes.getBytes()));
                socket.exceptionHandler(Running.this::end);
                socket.closeHandler(closed -> end(new IllegalStateException("the server closed a connection")));
            }

            void send() {
                sentNanos = System.nanoTime();
                socket.write(call.bytes());
            }

            private void received(byte[] bytes) {
                try {
                    if (!reader.read(bytes)) {
                        return;
                    }
                    micros.recordValue((System.nanoTime() - sentNanos) / 1000);
                    requireAnswer();
                } catch (RuntimeException e) {
                    end(e);
                    return;
                }
                answers.increment();
                if (wanted) {
                    send();
                } else {
                    leave();
                }
            }

            void leave() {
                socket.closeHandler(closed -> end(null));
                socket.close();
            }

            private void requireAnswer() {
                if (!reader.head().startsWith("HTTP/1.1 200 ")
                        || !reader.hasInTail(call.way().mark())) {
                    throw new IllegalStateException("unexpected answer: " + reader.head() + reader.tail());
                }
            }
        }
    }
}
