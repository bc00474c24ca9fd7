package io.github.camelllm.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Has a channel send what was written at the end of its event loop's turn, together with the loop's other channels, in place of at
 * once. A receiver that sleeps is then woken once for many of them, and the kernel's code stays in the processor's caches. A channel
 * that is alone in its turn waits for nothing.
 */
public final class TurnFlush extends ChannelOutboundHandlerAdapter {
    /** So that of many channels the first need not wait until all others were read. */
    static final int MOST_WAITING = 32;

    private static final FastThreadLocal<Turn> TURN = new FastThreadLocal<>();

    private final Turn turn;
    private @Nullable ChannelHandlerContext waiting;

    private TurnFlush(Turn turn) {
        this.turn = turn;
    }

    /**
     * To be called on the channel's event loop. Changes nothing a second time, nor where the loop has no turns: DefaultEventLoop, for
     * channels within a process, never runs what is to come after one.
     */
    public static void add(Channel channel) {
        if (channel.eventLoop() instanceof SingleThreadEventLoop loop
                && !(loop instanceof DefaultEventLoop)
                && channel.pipeline().get(TurnFlush.class) == null) {
            Turn turn = TURN.get();
            if (turn == null || turn.loop != loop) {
                turn = new Turn(loop);
                TURN.set(turn);
            }
            channel.pipeline().addFirst(new TurnFlush(turn));
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        if (waiting == null) {
            waiting = context;
            turn.add(this);
        }
    }

    private void flushNow() {
        ChannelHandlerContext context = waiting;
        if (context != null) {
            waiting = null;
            context.flush();
        }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        flushNow();
        context.close(promise);
    }

    /** The channels of a loop that have something to send. */
    private static final class Turn implements Runnable {
        private final SingleThreadEventLoop loop;
        private final Queue<TurnFlush> waiting = new ArrayDeque<>(MOST_WAITING);
        private boolean endIsAwaited;

        Turn(SingleThreadEventLoop loop) {
            this.loop = loop;
        }

        void add(TurnFlush channel) {
            waiting.add(channel);
            if (waiting.size() >= MOST_WAITING) {
                flush();
            } else if (!endIsAwaited) {
                loop.executeAfterEventLoopIteration(this);
                endIsAwaited = true;
            }
        }

        @Override
        public void run() {
            endIsAwaited = false;
            flush();
        }

        /** With those that are added meanwhile, as what was sent has made room for more. */
        private void flush() {
            for (TurnFlush next = waiting.poll(); next != null; next = waiting.poll()) {
                next.flushNow();
            }
        }
    }
}
