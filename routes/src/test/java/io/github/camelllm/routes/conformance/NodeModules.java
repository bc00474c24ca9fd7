package io.github.camelllm.routes.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Node.js with the packages of {@code src/test/npm/package-lock.json}, which {@code .ci/run} installs. */
final class NodeModules {
    static final Path SOURCES = Path.of("src/test/npm");

    private static final String INSTALL =
            "; docs/building.md tells how to install the SDKs for JavaScript, or name their folder in LLM_NODE_MODULES";

    private final Path modules;

    private NodeModules(Path modules) {
        this.modules = modules;
    }

    /** Skips the test if something is missing, or fails if the environment variable {@code CI} is true. */
    static NodeModules installed() throws IOException {
        Path modules = Programs.installed("LLM_NODE_MODULES", "npm").resolve("node_modules");
        Optional<String> problem = problem(modules);
        assumeTrue(problem.isEmpty() || Programs.isCi(), () -> problem.orElse("") + INSTALL);
        assertThat(problem).isEmpty();
        return new NodeModules(modules.toRealPath());
    }

    private static Optional<String> problem(Path modules) throws IOException {
        if (Programs.find("node").isEmpty()) {
            return Optional.of("there is no node on the path");
        }
        JsonNode wanted = Json.MAPPER.readTree(SOURCES.resolve("package.json").toFile());
        for (Map.Entry<String, JsonNode> entry : wanted.path("dependencies").properties()) {
            Path file = modules.resolve(entry.getKey()).resolve("package.json");
            if (!Files.isRegularFile(file)
                    || !Json.MAPPER.readTree(file.toFile()).path("version").equals(entry.getValue())) {
                return Optional.of(
                        "there is no " + entry.getKey() + " " + entry.getValue().asText() + " in " + modules);
            }
        }
        return Optional.empty();
    }

    /**
     * Runs a script.
     *
     * @param folder of the script, into which a link to the packages is put
     * @param arguments of node
     */
    Programs.Ended run(Path folder, Map<String, String> environment, String... arguments) throws Exception {
        Path link = folder.resolve("node_modules");
        if (!Files.exists(link)) {
            Files.createSymbolicLink(link, modules);
        }
        return Programs.run(
                folder, environment, Programs.find("node").orElseThrow().toString(), List.of(arguments));
    }
}
