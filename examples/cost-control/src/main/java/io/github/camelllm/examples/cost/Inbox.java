package io.github.camelllm.examples.cost;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The texts that each team wants to have summed up. */
final class Inbox {
    /** Who has an inbox; their cost centers are in the routes. */
    static final List<String> TEAMS = List.of("marketing", "sales", "support");

    private Inbox() {}

    /**
     * Writes one file a text.
     *
     * @return how many there are
     */
    static int fill(Path folder) throws IOException {
        int count = 0;
        for (String team : TEAMS) {
            Path inbox = Files.createDirectories(folder.resolve("inbox").resolve(team));
            int number = 0;
            for (String text : texts(team)) {
                number++;
                Files.writeString(inbox.resolve("%02d.txt".formatted(number)), text);
            }
            count += number;
        }
        return count;
    }

    private static List<String> texts(String team) throws IOException {
        try (InputStream in = Inbox.class.getResourceAsStream("/texts/" + team + ".txt")) {
            if (in == null) {
                throw new IllegalStateException("texts/" + team + ".txt is not on the class path");
            }
            return List.of(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .split("\\R\\R"));
        }
    }

    /** How many texts of all teams failed for another reason than a budget. */
    static long failed(Path folder) {
        return TEAMS.stream()
                .mapToLong(team -> count(folder.resolve("inbox").resolve(team).resolve(".failed")))
                .sum();
    }

    private static long count(Path folder) {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
