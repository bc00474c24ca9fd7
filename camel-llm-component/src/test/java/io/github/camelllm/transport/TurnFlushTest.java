package io.github.camelllm.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnFlushTest {
    private final EventLoopGroup loops = new NioEventLoopGroup(1);
    /** What happened, in order. Event loop only. */
    private final List<String> seen = new ArrayList<>();

    private Consumer<String> onFlush = name -> {};

    @AfterEach
    void stop() throws Exception {
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).get(20, TimeUnit.SECONDS);
    }

    /** Returns when the turn in which the task ran is over. */
    private <T> T onLoop(Callable<T> task) throws Exception {
        SingleThreadEventLoop loop = (SingleThreadEventLoop) loops.next();
        CompletableFuture<T> over = new CompletableFuture<>();
        loop.submit(() -> {
                    T result = task.call();
                    loop.executeAfterEventLoopIteration(() -> over.complete(result));
                    return result;
                })
                .get(20, TimeUnit.SECONDS);
        return over.get(20, TimeUnit.SECONDS);
    }

    private Channel channel(String name) throws Exception {
        Channel channel = new LocalChannel();
        loops.register(channel).get(20, TimeUnit.SECONDS);
        return onLoop(() -> {
            TurnFlush.add(channel);
            channel.pipeline().addFirst(new Network(name));
            return channel;
        });
    }

    /** Where a channel would send. */
    private final class Network extends ChannelOutboundHandlerAdapter {
        private final String name;

        Network(String name) {
            this.name = name;
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            seen.add(name + " written");
            promise.setSuccess();
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            seen.add(name + " sent");
            onFlush.accept(name);
        }

        @Override
        public void close(ChannelHandlerContext context, ChannelPromise promise) {
            seen.add(name + " closed");
            promise.setSuccess();
        }
    }

    @Test
    void sendsWhatChannelsWroteInATurnAtItsEndOnceEach() throws Exception {
        Channel one = channel("one");
        Channel two = channel("two");
        onLoop(() -> {
            one.writeAndFlush(Unpooled.EMPTY_BUFFER);
            two.writeAndFlush(Unpooled.EMPTY_BUFFER);
            one.writeAndFlush(Unpooled.EMPTY_BUFFER);
            return seen.add("read");
        });
        assertThat(seen).containsExactly("one written", "two written", "one written", "read", "one sent", "two sent");
    }

    @Test
    void sendsInEachTurn() throws Exception {
        Channel one = channel("one");
        onLoop(() -> one.writeAndFlush(Unpooled.EMPTY_BUFFER));
        onLoop(() -> one.writeAndFlush(Unpooled.EMPTY_BUFFER));
        assertThat(seen).containsExactly("one written", "one sent", "one written", "one sent");
    }

    @Test
    void sendsWithinATurnOnceManyChannelsWait() throws Exception {
        List<Channel> channels = new ArrayList<>();
        for (int i = 0; i <= TurnFlush.MOST_WAITING; i++) {
            channels.add(channel("" + i));
        }
        onLoop(() -> {
            channels.forEach(Channel::flush);
            return seen.add("read");
        });
        List<String> expected = new ArrayList<>(IntStream.range(0, TurnFlush.MOST_WAITING)
                .mapToObj(i -> i + " sent")
                .toList());
        expected.add("read");
        expected.add(TurnFlush.MOST_WAITING + " sent");
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void sendsWhatSendingHasLetOthersWrite() throws Exception {
        List<Channel> channels = new ArrayList<>();
        for (int i = 0; i < 2 * TurnFlush.MOST_WAITING; i++) {
            channels.add(channel("" + i));
        }
        onFlush = name -> {
            if (name.equals("0")) {
                channels.subList(1, channels.size()).forEach(Channel::flush);
            }
        };
        onLoop(() -> channels.get(0).flush());
        assertThat(seen)
                .isEqualTo(IntStream.range(0, channels.size())
                        .mapToObj(i -> i + " sent")
                        .toList());
    }

    @Test
    void sendsBeforeItCloses() throws Exception {
        Channel one = channel("one");
        onLoop(() -> {
            one.writeAndFlush(Unpooled.EMPTY_BUFFER);
            return one.close();
        });
        assertThat(seen).containsExactly("one written", "one sent", "one closed");
    }

    @Test
    void isAddedOnce() throws Exception {
        Channel one = channel("one");
        List<String> before = one.pipeline().names();
        onLoop(() -> {
            TurnFlush.add(one);
            return null;
        });
        assertThat(one.pipeline().names()).isEqualTo(before);
    }

    @Test
    void leavesALoopWithoutTurnsAsItIs() throws Exception {
        EventLoopGroup local = new DefaultEventLoopGroup(1);
        try {
            Channel one = new LocalChannel();
            local.register(one).get(20, TimeUnit.SECONDS);
            List<String> before = one.pipeline().names();
            local.submit(() -> TurnFlush.add(one)).get(20, TimeUnit.SECONDS);
            assertThat(one.pipeline().names()).isEqualTo(before);
        } finally {
            local.shutdownGracefully(0, 0, TimeUnit.SECONDS).get(20, TimeUnit.SECONDS);
        }
    }
}
