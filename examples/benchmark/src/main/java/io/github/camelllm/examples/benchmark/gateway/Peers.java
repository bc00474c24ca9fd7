package io.github.camelllm.examples.benchmark.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Other gateways. They are installed into a folder of the user's cache, once; what cannot be installed is left out. */
final class Peers {
    static final String PORTKEY_VERSION = "1.15.2";
    static final String LITELLM_VERSION = "1.108.7";

    private static final Duration INSTALLATION = Duration.ofMinutes(6);

    private final Path cache;
    private final Path folder;
    private final CannedUpstream upstream;

    /**
     * @param cache where they are installed
     * @param folder where they run
     */
    Peers(Path cache, Path folder, CannedUpstream upstream) {
        this.cache = cache;
        this.folder = folder;
        this.upstream = upstream;
    }

    static Path usualCache() {
        String base = System.getenv("XDG_CACHE_HOME");
        return (base == null ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(base))
                .resolve("camel-llm/benchmark");
    }

    /** A gateway that cannot be measured here. */
    static final class MissingException extends Exception {
        private static final long serialVersionUID = 1L;

        MissingException(String message, Throwable cause) {
            super(message, cause);
        }

        MissingException(String message) {
            super(message);
        }
    }

    private interface Start {
        Contender start() throws Exception;
    }

    /** Those that could be started; of the others it says why not. */
    List<Contender> startAll() throws Exception {
        List<Contender> started = new ArrayList<>();
        for (Start peer : List.<Start>of(this::startPortkey, this::startLiteLlm)) {
            try {
                started.add(peer.start());
            } catch (MissingException e) {
                System.out.println(e.getMessage());
            }
        }
        return started;
    }

    private Contender startPortkey() throws Exception {
        Path home = cache.resolve("portkey-" + PORTKEY_VERSION);
        install(
                "Portkey's gateway",
                home,
                List.of(List.of(
                        "npm",
                        "install",
                        "--no-audit",
                        "--no-fund",
                        "--prefix",
                        home.toString(),
                        "@portkey-ai/gateway@" + PORTKEY_VERSION)));
        int port = ServerProcess.freePort();
        ServerProcess server = ServerProcess.start(
                "portkey",
                List.of(
                        "node",
                        home.resolve("node_modules/@portkey-ai/gateway/build/start-server.js")
                                .toString(),
                        "--port=" + port,
                        "--headless"),
                Map.of("NODE_ENV", "production"),
                folder);
        await("Portkey's gateway", server, port);
        return new Contender(
                "portkey",
                "Portkey's gateway " + PORTKEY_VERSION,
                server,
                way -> Call.post(
                        port,
                        "/v1/chat/completions",
                        Map.of(
                                "authorization", "Bearer none-needed",
                                "x-portkey-provider", "openai",
                                "x-portkey-custom-host", upstream.baseUrl(way)),
                        way.openAiRequest(Contender.MODEL),
                        way));
    }

    private Contender startLiteLlm() throws Exception {
        Path home = cache.resolve("litellm-" + LITELLM_VERSION);
        install(
                "LiteLLM",
                home,
                List.of(
                        List.of("python3", "-m", "venv", home.toString()),
                        List.of(
                                home.resolve("bin/pip").toString(),
                                "install",
                                "--quiet",
                                "litellm[proxy]==" + LITELLM_VERSION)));
        int port = ServerProcess.freePort();
        StringBuilder config = new StringBuilder("model_list:\n");
        for (Way way : Way.values()) {
            config.append("  - model_name: ")
                    .append(way.id())
                    .append("\n    litellm_params:\n      model: openai/")
                    .append(Contender.MODEL)
                    .append("\n      api_key: none-needed\n      api_base: ")
                    .append(upstream.baseUrl(way))
                    .append('\n');
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("litellm.yaml"), config);
        ServerProcess server = ServerProcess.start(
                "litellm",
                List.of(
                        home.resolve("bin/litellm").toString(),
                        "--config",
                        "litellm.yaml",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--num_workers",
                        "1"),
                Map.of(
                        "LITELLM_LOCAL_MODEL_COST_MAP", "True",
                        "LITELLM_LOG", "ERROR",
                        // Anyone may call, as with the others
                        "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY", "true"),
                folder);
        await("LiteLLM", server, port);
        return new Contender(
                "litellm",
                "LiteLLM's proxy " + LITELLM_VERSION,
                server,
                way -> Call.post(port, "/v1/chat/completions", Map.of(), way.openAiRequest(way.id()), way));
    }

    private static void await(String name, ServerProcess server, int port)
            throws MissingException, IOException, InterruptedException {
        try {
            server.awaitPort(port, Contender.START);
        } catch (IllegalStateException e) {
            server.close();
            throw new MissingException(name + " is left out: " + e.getMessage(), e);
        }
    }

    private static void install(String name, Path home, List<List<String>> commands)
            throws MissingException, IOException, InterruptedException {
        Path done = home.resolve("installed");
        if (Files.exists(done)) {
            return;
        }
        System.out.println("installing " + name + " into " + home);
        Files.createDirectories(home);
        Path log = home.resolve("install.log");
        for (List<String> command : commands) {
            Process process;
            try {
                process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
            } catch (IOException e) {
                throw new MissingException(name + " is left out: there is no " + command.get(0), e);
            }
            if (!process.waitFor(INSTALLATION.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            if (process.waitFor() != 0) {
                throw new MissingException(name + " is left out: it could not be installed, see " + log);
            }
        }
        Files.createFile(done);
    }
}
