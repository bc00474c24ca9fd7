package io.github.camelllm.routes.telemetry;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallRecordListener;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line of JSON for each request to a server, to a logger, a file or both. Lines are written by a thread of their own; if more
 * come than it can write, what does not fit the queue is dropped and counted. Thread-safe.
 */
public final class AccessLog extends ServiceSupport implements CallRecordListener {
    /** Name of the logger that lines go to. */
    public static final String LOGGER = "llm.access";

    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final Logger LINES = LoggerFactory.getLogger(LOGGER);
    private static final String EXCHANGE_TAG = "exchangeId";
    /** How long the line of a client that has gone waits for what its call came to. */
    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long POLL_MILLIS = 500;
    private static final long CLOSE_SECONDS = 5;
    private static final long COMPLAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final CamelContext context;
    private final AccessLogSettings settings;
    private final Map<String, Open> open = new ConcurrentHashMap<>();
    private final Queue<Open> late;
    private final BlockingQueue<AccessLine> lines;
    private final AtomicLong dropped = new AtomicLong();
    private volatile boolean closing;
    private @Nullable ExecutorService writer;

    public AccessLog(CamelContext context, AccessLogSettings settings) {
        this.context = context;
        this.settings = settings;
        this.lines = new ArrayBlockingQueue<>(settings.queue());
        this.late = new ArrayBlockingQueue<>(settings.queue());
    }

    /** A request that has not been written yet. */
    private static final class Open {
        private final String id;
        private final AccessLine.Calls calls = new AccessLine.Calls();
        private @Nullable AccessLine ended;
        private long endedNanos;
        private boolean written;

        Open(String id) {
            this.id = id;
        }
    }

    @Override
    protected void doStart() {
        closing = false;
        ExecutorService made = context.getExecutorServiceManager().newSingleThreadExecutor(this, "LlmAccessLog");
        writer = made;
        made.execute(this::write);
    }

    /** Writes what has come until now. */
    @Override
    protected void doStop() {
        closing = true;
        ExecutorService made = writer;
        if (made != null) {
            writer = null;
            context.getExecutorServiceManager().shutdownGraceful(made, TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
        }
        open.clear();
    }

    /** Lines that found no place, or could not be written. */
    public long dropped() {
        return dropped.get();
    }

    /** A request has come; the calls of its exchange belong to it. */
    public void began(String exchangeId) {
        open.put(exchangeId, new Open(exchangeId));
    }

    @Override
    public void onRecord(CallRecord record) {
        String id = record.tags().get(EXCHANGE_TAG);
        Open request = id == null ? null : open.get(id);
        if (request == null) {
            return;
        }
        synchronized (request) {
            if (!request.written) {
                request.calls.add(record);
                release(request);
            }
        }
    }

    /**
     * A request has ended.
     *
     * @param exchangeId of a request that {@link #began}; empty if no route got it
     * @param line makes the line of it
     * @param calling whether a call may still be under way, whose end is to be in the line
     */
    public void ended(Optional<String> exchangeId, Line line, boolean calling) {
        Open request = exchangeId.map(open::get).orElse(null);
        if (request == null) {
            offer(line.of(new AccessLine.Calls()));
            return;
        }
        synchronized (request) {
            request.ended = line.of(request.calls);
            request.endedNanos = System.nanoTime();
            // Where too many wait already, a line goes without what its call came to
            boolean waits = calling && request.calls.isEmpty() && late.offer(request);
            if (!waits) {
                release(request);
            }
        }
    }

    /** Makes a line of what the calls came to. */
    public interface Line {
        AccessLine of(AccessLine.Calls calls);
    }

    /** With the request's lock held. */
    private void release(Open request) {
        AccessLine line = request.ended;
        if (line != null && !request.written) {
            request.written = true;
            open.remove(request.id);
            offer(line);
        }
    }

    private void offer(AccessLine line) {
        if (!lines.offer(line)) {
            dropped.incrementAndGet();
        }
    }

    private void write() {
        Optional<RollingFile> file =
                settings.file().map(path -> new RollingFile(path, settings.maxFileBytes(), settings.maxFiles()));
        Complaints complaints = new Complaints();
        while (!closing || !lines.isEmpty()) {
            try {
                AccessLine line = lines.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                releaseLate();
                if (line != null) {
                    write(line, file);
                }
                if (lines.isEmpty() && file.isPresent()) {
                    file.get().flush();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            } catch (IOException | RuntimeException e) {
                dropped.incrementAndGet();
                complaints.about(e);
            }
            complaints.aboutDropped();
        }
        file.ifPresent(AccessLog::close);
    }

    private void write(AccessLine line, Optional<RollingFile> file) throws IOException {
        String json = line.json();
        if (settings.logger()) {
            LINES.info(json);
        }
        if (file.isPresent()) {
            file.get().line(json);
        }
    }

    private static void close(RollingFile file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("The access log was not closed well", e);
        }
    }

    /** Lines that have waited long enough go without what they waited for. */
    private void releaseLate() {
        Open oldest = late.peek();
        while (oldest != null && (closing || System.nanoTime() - oldest.endedNanos > LATE_NANOS)) {
            late.poll();
            synchronized (oldest) {
                release(oldest);
            }
            oldest = late.peek();
        }
    }

    /** Says at most once a minute what is wrong. For the writer's thread. */
    private final class Complaints {
        private long lastNanos = System.nanoTime() - COMPLAIN_NANOS;
        private long said;

        void about(Exception failure) {
            if (System.nanoTime() - lastNanos >= COMPLAIN_NANOS) {
                lastNanos = System.nanoTime();
                said = dropped.get();
                LOG.error("The access log cannot be written; {} lines were dropped so far", said, failure);
            }
        }

        void aboutDropped() {
            if (dropped.get() > said && System.nanoTime() - lastNanos >= COMPLAIN_NANOS) {
                lastNanos = System.nanoTime();
                said = dropped.get();
                LOG.warn("The access log came in faster than it could be written; {} lines were dropped so far", said);
            }
        }
    }
}
