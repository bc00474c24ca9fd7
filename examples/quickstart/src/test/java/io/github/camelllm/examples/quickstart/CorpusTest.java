package io.github.camelllm.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.examples.quickstart.Runs.Outcome;
import io.github.camelllm.examples.quickstart.Settings.Routes;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts that nobody here wrote: documentation and licences of what is installed, and of the libraries in use. */
class CorpusTest {
    private static final int FILES = 300;
    private static final long MAX_BYTES = 60_000;

    @TempDir
    Path folder;

    private int copied;

    @Test
    void everyFileEndsInTheTableOrInTheDeadLetterFolder() throws Exception {
        Path inbox = Files.createDirectory(folder.resolve("inbox"));
        copyInstalledDocumentation(inbox);
        copyTextsOfLibraries(inbox);
        assertThat(copied).isGreaterThanOrEqualTo(100);

        Outcome outcome = Runs.run(inbox, folder.resolve("work"), Routes.YAML);

        assertThat(outcome.status()).as(outcome.output()).isZero();
        List<String> done =
                Runs.query(folder.resolve("work"), "select file from files where status = 'done' order by file");
        List<String> inTable = Runs.query(folder.resolve("work"), "select distinct file from documents order by file");
        List<String> dead = Runs.list(folder.resolve("work").resolve("dead-letter")).stream()
                .filter(file -> !file.endsWith(".reason.txt"))
                .collect(Collectors.toList());
        assertThat(inTable).isEqualTo(done);
        assertThat(Stream.concat(done.stream(), dead.stream()).sorted().collect(Collectors.toList()))
                .isEqualTo(Runs.list(inbox));
        assertThat(done).hasSizeGreaterThan(copied / 2);
        // Parts are numbered without gaps: none is missing
        assertThat(Runs.query(
                        folder.resolve("work"),
                        "select file from documents group by file having max(part) <> count(*) or min(part) <> 1"))
                .isEmpty();
        assertThat(outcome.output())
                .contains(copied + " files: " + done.size() + " in the table, " + dead.size()
                        + " in the dead-letter folder");
    }

    private void copyInstalledDocumentation(Path inbox) throws IOException {
        for (Path root : List.of(Path.of("/usr/share/doc"), Path.of(System.getProperty("java.home"), "legal"))) {
            if (!Files.isDirectory(root)) {
                continue;
            }
            try (Stream<Path> paths = Files.walk(root)) {
                for (Path path : paths.sorted().collect(Collectors.toList())) {
                    String name = path.getFileName().toString();
                    if (copied < FILES
                            && Files.isRegularFile(path)
                            && Files.isReadable(path)
                            && Files.size(path) <= MAX_BYTES
                            && !name.endsWith(".gz")) {
                        copy(Files.readAllBytes(path), inbox, name);
                    }
                }
            }
        }
    }

    private void copyTextsOfLibraries(Path inbox) throws IOException {
        Enumeration<URL> manifests = getClass().getClassLoader().getResources("META-INF/MANIFEST.MF");
        while (manifests.hasMoreElements()) {
            if (!(manifests.nextElement().openConnection() instanceof java.net.JarURLConnection connection)) {
                continue;
            }
            connection.setUseCaches(false);
            try (JarFile jar = connection.getJarFile()) {
                for (JarEntry entry : jar.stream().collect(Collectors.toList())) {
                    if (copied < FILES
                            && entry.getSize() <= MAX_BYTES
                            && entry.getName()
                                    .matches("(?i).*(LICENSE|NOTICE|README|DEPENDENCIES)[^/]*|.*\\.(txt|md)")) {
                        try (InputStream in = jar.getInputStream(entry)) {
                            copy(
                                    in.readAllBytes(),
                                    inbox,
                                    Path.of(entry.getName()).getFileName().toString());
                        }
                    }
                }
            }
        }
    }

    private void copy(byte[] bytes, Path inbox, String name) throws IOException {
        Path group = Files.createDirectories(inbox.resolve("group-" + copied % 7));
        String ending = name.endsWith(".md") || name.endsWith(".csv") ? "" : ".txt";
        Files.write(group.resolve(copied + "-" + name + ending), bytes);
        copied++;
    }
}
