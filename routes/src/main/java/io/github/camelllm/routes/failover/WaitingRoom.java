package io.github.camelllm.routes.failover;

import io.github.camelllm.chat.LlmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;

/**
 * Where messages wait for their turn, without a thread each: for one of {@code concurrency} places, and until a wait that the
 * provider asked for is over. Those with the header {@link FailoverHeaders#PRIORITY} {@code high} go before {@code normal}
 * (the default), and those before {@code low}; within a lane in the order of their arrival. At most {@code capacity} messages
 * wait; the next one fails at once. None waits longer than {@code longestWait}.
 *
 * <p>As a processor it lets a message in. Then the route calls {@link #pause} if the provider is out of quota, and {@link
 * #leave} in any case; a paused message comes back as a processor's again and keeps its place.
 */
public final class WaitingRoom extends AsyncProcessorSupport implements CamelContextAware {
    /** Exchange property that is true as long as a message has to come back here for its turn. The route sets it at first. */
    public static final String WAITS = "CamelLlmWaits";

    private static final List<String> LANES = List.of("high", "normal", "low");

    private @Nullable CamelContext camelContext;
    private int capacity = 1000;
    private int concurrency = 8;
    private Duration longestWait = Duration.ofMinutes(10);
    private Duration defaultWait = Duration.ofSeconds(5);

    private final PriorityQueue<Guest> waiting =
            new PriorityQueue<>(Comparator.comparingInt(Guest::lane).thenComparingLong(Guest::number));
    private final String ticketProperty = "CamelLlmTicket." + System.identityHashCode(this);
    private @Nullable ScheduledExecutorService scheduler;
    private int inside;
    private long arrivals;
    private long closedUntil = System.nanoTime();
    private boolean stopped;

    /** A message's place; it keeps it until it has its answer. */
    private record Ticket(int lane, long number, long deadline) {}

    private record Guest(Ticket ticket, Exchange exchange, AsyncCallback callback) {
        int lane() {
            return ticket.lane();
        }

        long number() {
            return ticket.number();
        }
    }

    /** @param capacity how many messages may wait */
    public void setCapacity(int capacity) {
        this.capacity = positive("capacity", capacity);
    }

    public int getCapacity() {
        return capacity;
    }

    /** @param concurrency how many messages may be with the provider at a time */
    public void setConcurrency(int concurrency) {
        this.concurrency = positive("concurrency", concurrency);
    }

    public int getConcurrency() {
        return concurrency;
    }

    private static int positive(String name, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(name + ": expected 1 or more, got " + number);
        }
        return number;
    }

    /** @param millis after how long a message fails rather than waits on */
    public void setLongestWait(long millis) {
        this.longestWait = Duration.ofMillis(millis);
    }

    public long getLongestWait() {
        return longestWait.toMillis();
    }

    /** @param millis the wait if the provider does not say how long */
    public void setDefaultWait(long millis) {
        this.defaultWait = Duration.ofMillis(millis);
    }

    public long getDefaultWait() {
        return defaultWait.toMillis();
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    protected void doStart() {
        CamelContext context = camelContext;
        if (context == null) {
            throw new IllegalStateException("WaitingRoom needs a Camel context");
        }
        synchronized (this) {
            stopped = false;
        }
        scheduler = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "LlmWaitingRoom");
    }

    /** Who still waits fails, so that a broker or a folder keeps the message. */
    @Override
    protected void doStop() {
        List<Guest> left;
        synchronized (this) {
            stopped = true;
            left = new ArrayList<>(waiting);
            waiting.clear();
        }
        for (Guest guest : left) {
            refuse(guest.exchange(), "the route stopped while the message waited for its turn");
            guest.callback().done(false);
        }
        if (camelContext != null && scheduler != null) {
            camelContext.getExecutorServiceManager().shutdown(scheduler);
        }
    }

    /** How many messages wait now. */
    public synchronized int size() {
        return waiting.size();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Ticket ticket = exchange.getProperty(ticketProperty, Ticket.class);
        boolean isNew = ticket == null;
        int lane = isNew ? lane(exchange) : ticket.lane();
        if (lane < 0) {
            exchange.setException(
                    new IllegalArgumentException(FailoverHeaders.PRIORITY + ": expected one of " + LANES));
            callback.done(true);
            return true;
        }
        synchronized (this) {
            if (stopped) {
                refuse(exchange, "the route is stopped");
                callback.done(true);
                return true;
            }
            if (isNew) {
                ticket = new Ticket(lane, arrivals++, System.nanoTime() + longestWait.toNanos());
                exchange.setProperty(ticketProperty, ticket);
            }
            if (isOpen() && inside < concurrency && waiting.isEmpty()) {
                inside++;
                exchange.setProperty(WAITS, false);
            } else if (isNew && waiting.size() >= capacity) {
                exchange.removeProperty(ticketProperty);
                refuse(exchange, capacity + " messages wait already");
            } else {
                waiting.add(new Guest(ticket, exchange, callback));
                // A pause wakes the room up when it is over; so does each that leaves
                if (isOpen() && inside < concurrency) {
                    wakeAfter(0);
                }
                return false;
            }
        }
        callback.done(true);
        return true;
    }

    private static int lane(Exchange exchange) {
        String priority = exchange.getMessage().getHeader(FailoverHeaders.PRIORITY, "normal", String.class);
        return LANES.indexOf(priority.strip().toLowerCase(Locale.ROOT));
    }

    private static void refuse(Exchange exchange, String why) {
        exchange.setException(new RejectedExecutionException("Cannot wait for the provider's quota: " + why));
    }

    /**
     * Lets nobody in for as long as the provider asked.
     *
     * @param exchange one whose call has just been refused
     * @throws LlmException that of the exchange, if its message would have to wait longer than it may
     */
    public void pause(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        LlmException refused = ObjectHelper.getException(LlmException.class, caught);
        if (refused == null) {
            throw new IllegalStateException("Expected an exchange whose call was refused");
        }
        long until =
                System.nanoTime() + refused.retryAfter().orElse(defaultWait).toNanos();
        synchronized (this) {
            if (until - closedUntil > 0) {
                closedUntil = until;
            }
            wakeAfter(closedUntil - System.nanoTime());
        }
        Ticket ticket = exchange.getProperty(ticketProperty, Ticket.class);
        if (ticket != null && until - ticket.deadline() > 0) {
            throw refused;
        }
        exchange.setProperty(WAITS, true);
    }

    /** Frees the place of a message that was let in, for the next. */
    public void leave(Exchange exchange) {
        if (!Boolean.TRUE.equals(exchange.getProperty(WAITS, Boolean.class))) {
            exchange.removeProperty(ticketProperty);
        }
        synchronized (this) {
            inside--;
            if (!waiting.isEmpty() && isOpen()) {
                wakeAfter(0);
            }
        }
    }

    private boolean isOpen() {
        return System.nanoTime() - closedUntil >= 0;
    }

    private void wakeAfter(long nanos) {
        ScheduledExecutorService executor = scheduler;
        if (executor != null && !stopped) {
            executor.schedule(this::letIn, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void letIn() {
        List<Guest> next = new ArrayList<>();
        synchronized (this) {
            while (isOpen() && inside < concurrency && !waiting.isEmpty()) {
                next.add(waiting.remove());
                inside++;
            }
        }
        for (Guest guest : next) {
            guest.exchange().setProperty(WAITS, false);
            guest.callback().done(false);
        }
    }
}
