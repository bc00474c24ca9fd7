package io.github.camelllm.routes.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Python with the packages of {@code src/test/python/requirements.txt}, which {@code .ci/run} installs. */
final class PythonPackages {
    static final Path SOURCES = Path.of("src/test/python");

    private static final String INSTALL =
            "; docs/building.md tells how to install the SDKs for Python, or name their folder in LLM_PYTHON_PACKAGES";

    private final Path packages;

    private PythonPackages(Path packages) {
        this.packages = packages;
    }

    /** Skips the test if something is missing, or fails if the environment variable {@code CI} is true. */
    static PythonPackages installed() throws IOException {
        Path packages = Programs.installed("LLM_PYTHON_PACKAGES", "python");
        Optional<String> problem = problem(packages);
        assumeTrue(problem.isEmpty() || Programs.isCi(), () -> problem.orElse("") + INSTALL);
        assertThat(problem).isEmpty();
        return new PythonPackages(packages);
    }

    private static Optional<String> problem(Path packages) throws IOException {
        if (Programs.find("python3").isEmpty()) {
            return Optional.of("there is no python3 on the path");
        }
        for (String line : Files.readAllLines(SOURCES.resolve("requirements.txt"))) {
            if (line.matches("(openai|anthropic|google-genai)==.*")
                    && !Files.isDirectory(
                            packages.resolve(line.replace("-", "_").replace("==", "-") + ".dist-info"))) {
                return Optional.of("there is no " + line + " in " + packages);
            }
        }
        return Optional.empty();
    }

    Programs.Ended run(Path folder, Map<String, String> environment, String file) throws Exception {
        Map<String, String> all = new HashMap<>(environment);
        all.put("PYTHONPATH", packages.toString());
        all.put("PYTHONDONTWRITEBYTECODE", "1");
        return Programs.run(folder, all, Programs.find("python3").orElseThrow().toString(), List.of(file));
    }
}
