package io.github.camelllm.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/**
 * A real HTTP/1.1 server on the loopback interface that plays scripted answers and records what it was asked.
 *
 * <pre>{@code
 * try (PlaybackServer server = PlaybackServer.start()) {
 *     Gate gate = new Gate();
 *     server.play(Answer.sse().chunk("data: {\"a\":1}\n\n").await(gate).chunk("data: [DONE]\n\n"));
 *     server.play(Answer.json(429, "{}").header("retry-after", "1"));
 *
 *     callTheCodeUnderTest(server.uri("/v1/chat/completions"));
 *     RecordedRequest request = server.takeRequest();    // waits for it
 *     gate.awaitReached();                               // the first event is out, the second is held back
 *     gate.open();
 * }
 * }</pre>
 *
 * <p>Answers are taken in the order of the requests; when none is left, {@link #otherwise(Answer)} is played (a 500 that
 * says so, unless set). Nothing is timed: a test holds the server at a {@link Gate}. Waiting methods give up with an
 * {@link AssertionError} after 20 seconds. At most 512 connections are served at once, two daemon threads each.
 * All methods may be called from any thread.
 */
public final class PlaybackServer implements AutoCloseable {
    static final int MAX_CONNECTIONS = 512;
    private static final long PATIENCE_SECONDS = 20;
    private static final Answer UNSCRIPTED =
            Answer.of(500).header("content-type", "text/plain").body("PlaybackServer: no answer was scripted");

    /**
     * The end of a connection.
     *
     * @param connection its number, counted from 1
     * @param byClient whether the client ended it first
     */
    public record Closed(int connection, boolean byClient) {}

    private final ServerSocket listener;
    private final boolean tls;
    private final ThreadPoolExecutor threads;
    private final Queue<Answer> script = new ArrayDeque<>();
    private final List<RecordedRequest> requests = new ArrayList<>();
    private final BlockingQueue<RecordedRequest> untaken = new LinkedBlockingQueue<>();
    private final BlockingQueue<Closed> closes = new LinkedBlockingQueue<>();
    private final Set<PlaybackConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicLong bodyBytesSent = new AtomicLong();
    private volatile Function<RecordedRequest, Answer> otherwise = request -> UNSCRIPTED;
    private volatile boolean closed;

    private PlaybackServer(ServerSocket listener, boolean tls) {
        this.listener = listener;
        this.tls = tls;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                0, 2 * MAX_CONNECTIONS + 1, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                    Thread thread = new Thread(work, "playback-server-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Starts on a free port of 127.0.0.1. */
    public static PlaybackServer start() {
        try {
            return listen(new ServerSocket(), false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts with TLS on a free port of 127.0.0.1. */
    public static PlaybackServer start(SSLContext context) {
        try {
            return listen(context.getServerSocketFactory().createServerSocket(), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PlaybackServer listen(ServerSocket socket, boolean tls) throws IOException {
        socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), MAX_CONNECTIONS);
        PlaybackServer server = new PlaybackServer(socket, tls);
        server.threads.execute(server::accept);
        return server;
    }

    /** Adds answers for the next requests. */
    public void play(Answer... answers) {
        synchronized (script) {
            script.addAll(List.of(answers));
        }
    }

    /** Sets the answer to every request for which none is queued. */
    public void otherwise(Answer answer) {
        otherwise(request -> answer);
    }

    /** Sets how requests are answered for which no answer is queued; called from the connections' threads. */
    public void otherwise(Function<RecordedRequest, Answer> answers) {
        otherwise = answers;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** The address of a path on this server, such as {@code http://127.0.0.1:40001/v1/models}. */
    public URI uri(String pathAndQuery) {
        return URI.create((tls ? "https" : "http") + "://127.0.0.1:" + port() + pathAndQuery);
    }

    /** Every request read so far. */
    public List<RecordedRequest> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    /** Waits for the next request that was not taken yet. It was read whole; its answer may not have begun. */
    public RecordedRequest takeRequest() {
        return take(untaken, "request");
    }

    /** Waits for the next end of a connection that was not taken yet. */
    public Closed takeClosed() {
        return take(closes, "end of a connection");
    }

    /** How many connections were accepted so far. */
    public int acceptedConnections() {
        return accepted.get();
    }

    public int openConnections() {
        return open.size();
    }

    /** Body bytes handed to the operating system so far, over all answers. */
    public long bodyBytesSent() {
        return bodyBytesSent.get();
    }

    /** Closes every connection that is open now, as a server does with idle ones. */
    public void closeConnections() {
        open.forEach(PlaybackConnection::close);
    }

    /** Ends everything; answers under way are cut. */
    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            closeConnections();
            threads.shutdownNow();
        }
    }

    private void accept() {
        while (!closed) {
            try {
                Socket socket = listener.accept();
                if (open.size() >= MAX_CONNECTIONS) {
                    socket.close();
                    continue;
                }
                socket.setTcpNoDelay(true);
                PlaybackConnection connection = new PlaybackConnection(this, socket, accepted.incrementAndGet());
                open.add(connection);
                threads.execute(connection::read);
                threads.execute(connection::write);
                if (closed) {
                    connection.close();
                }
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            } catch (RejectedExecutionException e) {
                if (!closed) {
                    throw e;
                }
            }
        }
        closeConnections();
    }

    Answer record(RecordedRequest request) {
        Optional<Answer> scripted;
        synchronized (script) {
            scripted = Optional.ofNullable(script.poll());
        }
        synchronized (requests) {
            requests.add(request);
        }
        untaken.add(request);
        return scripted.orElseGet(() -> otherwise.apply(request));
    }

    void sent(int bodyBytes) {
        bodyBytesSent.addAndGet(bodyBytes);
    }

    void ended(PlaybackConnection connection, Closed end) {
        if (open.remove(connection)) {
            closes.add(end);
        }
    }

    private static <T> T take(BlockingQueue<T> queue, String what) {
        try {
            T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no " + what + " within " + PATIENCE_SECONDS + " seconds");
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for a " + what, e);
        }
    }
}
