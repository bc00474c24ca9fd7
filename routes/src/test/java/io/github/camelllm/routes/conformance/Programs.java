package io.github.camelllm.routes.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of this machine, run with a time limit. */
final class Programs {
    private static final int MOST_SECONDS = 240;

    private Programs() {}

    /**
     * How a program ended.
     *
     * @param output what it printed, errors included
     */
    record Ended(int status, String output) {}

    /** Whether what is missing must be there: the environment variable {@code CI} is true. */
    static boolean isCi() {
        return Boolean.parseBoolean(System.getenv("CI"));
    }

    /** The executable of this name on the path of programs. */
    static Optional<Path> find(String name) {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Where {@code .ci/run} installs things: the environment variable, else a folder of the user's cache. */
    static Path installed(String variable, String name) {
        String named = System.getenv(variable);
        if (named != null && !named.isBlank()) {
            return Path.of(named);
        }
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base =
                cache == null || cache.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return base.resolve("camel-llm").resolve(name);
    }

    /** Runs a program to its end; fails if that does not come. */
    static Ended run(Path folder, Map<String, String> environment, String program, List<String> arguments)
            throws Exception {
        List<String> command = new ArrayList<>();
        command.add(program);
        command.addAll(arguments);
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
            assertThat(ended)
                    .as("%s ends within %s s; it printed %s", command, MOST_SECONDS, Files.readString(output))
                    .isTrue();
            return new Ended(process.exitValue(), Files.readString(output));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
