package io.github.camelllm.routes.telemetry;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A file of lines. When it is full it becomes {@code NAME.1}, that becomes {@code NAME.2}, and the oldest goes. For one thread. */
final class RollingFile implements AutoCloseable {
    private final Path path;
    private final long maxBytes;
    private final int maxFiles;
    private @Nullable OutputStream out;
    private long bytes;

    /** Nothing is opened before the first line. */
    RollingFile(Path path, long maxBytes, int maxFiles) {
        this.path = path;
        this.maxBytes = maxBytes;
        this.maxFiles = maxFiles;
    }

    void line(String text) throws IOException {
        byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
        OutputStream open = out;
        if (open == null) {
            open = open();
        }
        if (bytes > 0 && bytes + line.length > maxBytes) {
            close();
            roll();
            open = open();
        }
        open.write(line);
        bytes += line.length;
    }

    private OutputStream open() throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        OutputStream opened = new BufferedOutputStream(
                Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        bytes = Files.size(path);
        out = opened;
        return opened;
    }

    private void roll() throws IOException {
        if (maxFiles == 1) {
            Files.delete(path);
            return;
        }
        for (int i = maxFiles - 2; i >= 0; i--) {
            Path from = i == 0 ? path : numbered(i);
            if (Files.exists(from)) {
                Files.move(from, numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path numbered(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    /** Lets out what was written. */
    void flush() throws IOException {
        if (out != null) {
            out.flush();
        }
    }

    /** The next line opens it again. */
    @Override
    public void close() throws IOException {
        OutputStream open = out;
        out = null;
        if (open != null) {
            open.close();
        }
    }
}
