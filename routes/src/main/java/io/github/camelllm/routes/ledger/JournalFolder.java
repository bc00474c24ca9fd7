package io.github.camelllm.routes.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** The folder of a journal, which one ledger of one process has for itself. */
final class JournalFolder implements AutoCloseable {
    private static final int NODE_CHARS = 64;

    private final Path path;
    private final FileChannel lockFile;

    private JournalFolder(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /** @throws IllegalStateException if another ledger has it */
    static JournalFolder open(Path path) throws IOException {
        makeFolder(path);
        FileChannel channel =
                FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // This process has it
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new IllegalStateException("llm.ledger.journal: the folder " + path.toAbsolutePath()
                    + " is in use by another ledger, of this or another process; give each process a folder of"
                    + " its own");
        }
        return new JournalFolder(path, channel);
    }

    /** Tags may name people: others have no business in there. */
    private static void makeFolder(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return;
        }
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
            FileStore store = Files.getFileStore(parent);
            if (store.supportsFileAttributeView("posix")) {
                Files.createDirectories(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                return;
            }
        }
        Files.createDirectories(path);
    }

    Path path() {
        return path;
    }

    /** The node's name: the one given, else one that was made when the folder was first used. */
    String node(Optional<String> given) throws IOException {
        return node(path, given);
    }

    /** The same for a folder that may be in use. */
    static String node(Path path, Optional<String> given) throws IOException {
        if (given.isPresent()) {
            return checked(given.get(), "llm.ledger.node");
        }
        Path file = path.resolve("node");
        if (Files.exists(file)) {
            return checked(Files.readString(file).strip(), file.toString());
        }
        String made = "node-" + UUID.randomUUID().toString().substring(0, 13);
        Files.writeString(file, made);
        return made;
    }

    private static String checked(String node, String where) {
        if (node.isBlank() || node.length() > NODE_CHARS) {
            throw new IllegalArgumentException(
                    where + ": expected a name of 1 to " + NODE_CHARS + " characters, but it has " + node.length());
        }
        return node;
    }

    /** Segments that earlier processes left, the oldest first. */
    List<Segment> left() throws IOException {
        List<Segment> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Optional<Long> number = Segment.numberOf(file);
                if (number.isPresent()) {
                    found.add(Segment.left(number.get(), file, Files.size(file)));
                }
            }
        }
        found.sort(Comparator.comparingLong(Segment::number));
        return found;
    }

    /** Keeps a damaged segment for whoever wants to look into it. */
    Path setAside(Segment segment) throws IOException {
        Path kept = path.resolve(segment.path().getFileName() + ".damaged");
        return Files.move(segment.path(), kept);
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
