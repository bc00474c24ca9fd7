package io.github.camelllm.examples.rag;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Handler;

/** The Markdown and text files of a folder. */
final class DocumentFiles {
    private static final int MOST = 10_000;

    private final Path folder;
    private final boolean forSimulator;

    /** @param forSimulator whether the simulator reads the texts, which takes {@code [[fault: …]]} for an order to fail */
    DocumentFiles(Path folder, boolean forSimulator) {
        this.folder = folder;
        this.forSimulator = forSimulator;
    }

    /** Names relative to the folder, with slashes, in order. */
    List<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> names = files.filter(
                            file -> file.toString().matches(".*\\.(md|txt)") && Files.isRegularFile(file))
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .limit(MOST + 1)
                    .toList();
            if (names.isEmpty() || names.size() > MOST) {
                throw new IOException("inbox: expected 1 to " + MOST + " files .md or .txt in " + folder + ", found "
                        + (names.isEmpty() ? "none" : "more"));
            }
            return names;
        }
    }

    /** A file's text. */
    @Handler
    public String text(String name) throws IOException {
        try {
            String text = Files.readString(folder.resolve(name));
            return forSimulator ? text.replace("[[fault", "[fault") : text;
        } catch (MalformedInputException e) {
            throw new IOException(name + ": expected UTF-8 text, got other bytes", e);
        }
    }
}
