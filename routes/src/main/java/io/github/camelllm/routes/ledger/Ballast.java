package io.github.camelllm.routes.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file that only takes room. On a full disk it is given up, so that what is under way can still be written to its end.
 * Thread-safe.
 */
final class Ballast {
    private final JournalFiles files;
    private final Path path;
    private final int bytes;
    private boolean there;

    Ballast(JournalFiles files, Path folder, int bytes) {
        this.files = files;
        this.path = folder.resolve("room-for-settlements");
        this.bytes = bytes;
    }

    /** Takes the room if it is not taken. @return whether it is taken now */
    synchronized boolean take() {
        if (there) {
            return true;
        }
        try {
            Files.deleteIfExists(path);
            try (JournalFiles.JournalFile file = files.create(path)) {
                // Zeros could be stored without taking room
                byte[] full = new byte[bytes];
                Arrays.fill(full, (byte) 'x');
                file.write(full, bytes);
            }
            there = true;
        } catch (IOException e) {
            giveBack();
        }
        return there;
    }

    /** Gives the room up. @return whether there was any */
    synchronized boolean giveUp() {
        if (!there) {
            return false;
        }
        there = false;
        return giveBack();
    }

    private boolean giveBack() {
        try {
            return Files.deleteIfExists(path);
        } catch (IOException e) {
            return false;
        }
    }
}
