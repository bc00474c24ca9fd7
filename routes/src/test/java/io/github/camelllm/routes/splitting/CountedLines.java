package io.github.camelllm.routes.splitting;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;

/** A CSV file that is made up as it is read, a record for each read, and that tells how far it has been read. */
final class CountedLines extends InputStream {
    private final int records;
    private int read;
    private byte[] line = "id,text\n".getBytes(StandardCharsets.UTF_8);
    private int at;
    private IntConsumer listener = count -> {};

    CountedLines(int records) {
        this.records = records;
    }

    /** @param listener told the number of records read, each time there is another one */
    void onRead(IntConsumer listener) {
        this.listener = listener;
    }

    @Override
    public int read() {
        if (at == line.length) {
            if (read == records) {
                return -1;
            }
            read++;
            listener.accept(read);
            // Long enough that the buffers on the way hold few of them
            line = ("r" + read + "," + "words ".repeat(2000) + "\n").getBytes(StandardCharsets.UTF_8);
            at = 0;
        }
        return line[at++] & 0xFF;
    }
}
