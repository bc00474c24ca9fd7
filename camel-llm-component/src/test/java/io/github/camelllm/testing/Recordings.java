package io.github.camelllm.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Recorded provider traffic: one folder a case, with a {@code meta.json}, in the folder that the system property
 * {@code llm.fixtures} or the environment variable {@code LLM_FIXTURES} names. Tests skip where neither is set.
 */
public final class Recordings {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Recordings() {}

    /** The folder of all recordings; empty if none is named. */
    public static Optional<Path> folder() {
        return Optional.ofNullable(System.getProperty("llm.fixtures", System.getenv("LLM_FIXTURES")))
                .filter(name -> !name.isBlank())
                .map(Path::of);
    }

    /** The folder of all recordings; skips the test if none is named. */
    public static Path requireFolder() {
        Optional<Path> folder = folder();
        Assumptions.assumeTrue(folder.isPresent(), "no recordings: neither llm.fixtures nor LLM_FIXTURES is set");
        return folder.orElseThrow();
    }

    /**
     * Folders of the cases whose {@code meta.json} is accepted. Without recordings there is one folder that does not
     * exist, so that a parameterised test runs once and skips with {@link #requireFolder()}.
     */
    public static Stream<Path> cases(Predicate<JsonNode> about) throws IOException {
        if (folder().isEmpty()) {
            return Stream.of(Path.of("no recordings"));
        }
        List<Path> cases = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder().orElseThrow())) {
            for (Path meta :
                    files.filter(file -> file.endsWith("meta.json")).sorted().toList()) {
                if (about.test(JSON.readTree(Files.readString(meta)))) {
                    cases.add(meta.getParent());
                }
            }
        }
        return cases.stream();
    }
}
