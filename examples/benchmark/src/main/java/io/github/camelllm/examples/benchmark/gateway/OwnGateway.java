package io.github.camelllm.examples.benchmark.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The gateway of camel-llm, as its documentation starts it. */
final class OwnGateway {
    /** What docs/gateway.md says to start it with, on one core. */
    private static final List<String> JVM = List.of(
            "-XX:+UseSerialGC",
            "-Xms200m",
            "-Xmx200m",
            "-Xmn120m",
            "-XX:MetaspaceSize=96m",
            "-XX:+UseTransparentHugePages",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:TrimNativeHeapInterval=30000");

    private static final String JOURNAL = "journal";
    private static final String LEDGER = "ledger";

    private static final String CONFIG = """
            camel:
              component:
                llm:
                  ledger: %s
                  configuration.apiKey: none-needed
                  maxConnections: 4096
                  maxConnectionsPerHost: 4096
            llm:
            %s%s  gateway:
                port: %d
                defaultProvider: openai
            """;

    private static final String BUDGETS = """
              budget:
                all: {limit: 1000000 USD, window: month}
                team: {scope.team: '*', limit: 1000000 USD, window: day}
            """;

    private final CannedUpstream upstream;
    private final Path folder;
    private final String classPath;

    OwnGateway(CannedUpstream upstream, Path folder) throws IOException {
        this.upstream = upstream;
        this.folder = folder;
        this.classPath = ClassPath.ofJars(folder);
    }

    /** Where the ledger is; each with a folder of its own. */
    enum Books {
        NONE,
        H2,
        POSTGRES
    }

    /**
     * @param jdbcUrl of the ledger's database, if it has one that is no file
     * @param options of the JVM beside the usual ones
     */
    Started start(String name, Books books, String jdbcUrl, String... options) throws Exception {
        Path own = folder.resolve(name);
        Files.createDirectories(own);
        int port = ServerProcess.freePort();
        Files.writeString(own.resolve("gateway.yaml"), config(books, jdbcUrl, own, port));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of(options));
        command.add("-XX:ActiveProcessorCount=1");
        // A compiler thread that ends would take its processor time out of the sum
        command.add("-XX:-UseDynamicNumberOfCompilerThreads");
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        command.add("-cp");
        command.add(classPath);
        command.add("io.github.camelllm.routes.gateway.Gateway");
        command.add("gateway.yaml");
        return new Started(ServerProcess.start(name, command, Map.of(), own), port, own);
    }

    private String config(Books books, String jdbcUrl, Path own, int port) {
        StringBuilder llm = new StringBuilder();
        for (Way way : Way.values()) {
            String provider = way == Way.JSON ? "openai" : way.id();
            llm.append("  provider.").append(provider).append(":\n");
            if (way != Way.JSON) {
                llm.append("    extends: openai\n");
            }
            llm.append("    baseUrl: ").append(upstream.baseUrl(way)).append('\n');
            llm.append("  price.")
                    .append(provider)
                    .append('/')
                    .append(Contender.MODEL)
                    .append(": {input: 0.15, output: 0.60}\n");
        }
        if (books == Books.NONE) {
            return String.format(CONFIG, false, llm, "", port);
        }
        llm.append("  ledger.journal: ").append(own.resolve(JOURNAL)).append('\n');
        llm.append("  jdbc.url: ")
                .append(books == Books.H2 ? "jdbc:h2:file:" + own.resolve(LEDGER) : jdbcUrl)
                .append('\n');
        return String.format(CONFIG, true, llm, BUDGETS, port);
    }

    /**
     * A gateway whose process has begun.
     *
     * @param folder its own
     */
    record Started(ServerProcess server, int port, Path folder) {
        /** The folder of its ledger's journal. */
        Path journal() {
            return folder.resolve(JOURNAL);
        }

        /** Its ledger, if that is in H2. */
        Path ledgerFile() {
            return folder.resolve(LEDGER + ".mv.db");
        }

        /** For clients whose API is the provider's. */
        Contender passing(String name, String label) {
            return new Contender(
                    name,
                    label,
                    server,
                    way -> Call.post(port, "/v1/chat/completions", Map.of(), way.openAiRequest(model(way)), way));
        }

        /** For clients of Anthropic's API, while the provider's is OpenAI's. */
        Contender translating(String name, String label) {
            return new Contender(
                    name,
                    label,
                    server,
                    way -> Call.post(
                            port,
                            "/v1/messages",
                            Map.of("anthropic-version", "2023-06-01"),
                            way.anthropicRequest(model(way)),
                            way));
        }

        private static String model(Way way) {
            return way == Way.JSON ? Contender.MODEL : way.id() + "/" + Contender.MODEL;
        }

        /** Waits until it listens. */
        Started await() throws IOException, InterruptedException {
            server.awaitPort(port, Contender.START);
            return this;
        }
    }
}
