package io.github.camelllm.routes.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Stands between a client and a server of this machine, and can be shut, or lose one answer. */
public final class TcpGate implements AutoCloseable {
    private final int serverPort;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable String> losing = new AtomicReference<>();
    private volatile boolean shut;
    private volatile boolean closed;

    public TcpGate(int serverPort) {
        this.serverPort = serverPort;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("accept", this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Cuts all connections; new ones are cut as soon as they are there. */
    public void shut() {
        shut = true;
        cut();
    }

    public void open() {
        shut = false;
    }

    /** The next request with some text in it gets to the server; then all connections are cut, before its answer. */
    public void loseAnswerTo(String text) {
        losing.set(text);
    }

    /** Whether the answer that was to be lost was lost. */
    public boolean hasLost() {
        return losing.get() == null;
    }

    private void cut() {
        for (Socket socket : sockets) {
            close(socket);
        }
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listener.accept();
                if (shut) {
                    close(client);
                    continue;
                }
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                sockets.add(client);
                sockets.add(server);
                start("to-server", () -> pump(client, server, true));
                start("to-client", () -> pump(server, client, false));
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void pump(Socket from, Socket to, boolean requests) {
        byte[] buffer = new byte[65_536];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                String text = requests ? losing.get() : null;
                boolean last = text != null
                        && new String(buffer, 0, count, StandardCharsets.ISO_8859_1).contains(text)
                        && losing.compareAndSet(text, null);
                if (last) {
                    // No answer can pass from here on
                    from.shutdownOutput();
                }
                out.write(buffer, 0, count);
                out.flush();
                if (last) {
                    to.shutdownOutput();
                    to.getInputStream().readAllBytes();
                    break;
                }
            }
        } catch (IOException e) {
            // Cut, from this side or the other
        } finally {
            close(from);
            close(to);
        }
    }

    private void close(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, "gate-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
