package io.github.camelllm.routes.gateway;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.routes.http.HeaderMapFactory;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;

/**
 * The gateway as an application of its own: {@code java io.github.camelllm.routes.gateway.Gateway [FILE]}. The file is
 * {@code gateway.yaml} if there is one and none is named; {@code LLM_GATEWAY_CONFIG} names another.
 */
public final class Gateway {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final String HELP = """
            Serves the APIs of OpenAI, Anthropic and Gemini, and asks any provider.

            Usage: Gateway [FILE]

            FILE is a YAML file with the settings; gateway.yaml, if there is one, or what LLM_GATEWAY_CONFIG names.
            Variables such as LLM_GATEWAY_PORT win over it. docs/gateway.md lists the settings.
            """;

    private Gateway() {}

    public static void main(String[] args) {
        System.exit(run(List.of(args), System.getenv(), System.out, System.err));
    }

    static int run(List<String> args, Map<String, String> environment, PrintStream out, PrintStream err) {
        if (args.contains("--help") || args.contains("-h")) {
            out.print(HELP);
            return 0;
        }
        if (args.size() > 1 || args.size() == 1 && args.get(0).startsWith("-")) {
            err.println("error: expected at most the name of a file, got " + args);
            err.print(HELP);
            return USAGE;
        }
        try {
            Main main = application(file(args, environment), environment);
            main.run();
            return main.getExitCode();
        } catch (Exception e) {
            err.println("error: the gateway cannot start: " + reason(e));
            return FAILED;
        }
    }

    private static Optional<Path> file(List<String> args, Map<String, String> environment) {
        Optional<String> named =
                args.isEmpty() ? Optional.ofNullable(environment.get(GatewayFile.CONFIG)) : Optional.of(args.get(0));
        Path usual = Path.of("gateway.yaml");
        return named.map(Path::of).or(() -> Files.exists(usual) ? Optional.of(usual) : Optional.empty());
    }

    /** The innermost message that is ours, or the innermost there is. */
    private static String reason(Throwable failure) {
        Throwable inner = failure;
        while (inner.getCause() != null && !(inner instanceof CatalogException)) {
            inner = inner.getCause();
        }
        return inner instanceof CatalogException || inner.getMessage() != null
                ? String.valueOf(inner.getMessage())
                : inner.toString();
    }

    /**
     * An application with the gateway's routes, not started yet; add to it what else it is to have.
     *
     * @param file with the settings; empty if there is none
     * @param environment variables that win over it
     * @throws CatalogException if the file cannot be read
     */
    public static Main application(Optional<Path> file, Map<String, String> environment) {
        GatewayFile settings = new GatewayFile(file, environment);
        Main main = new Main();
        main.bind("llmGatewayFile", settings);
        // Epoll, if netty-transport-native-epoll is on the class path, takes less of the processor than the JDK's
        // selectors
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                .setPreferNativeTransport(true));
        main.bind("vertx", vertx);
        main.addInitialProperty("camel.component.llm.httpClient", "vertx");
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeInitialize(BaseMainSupport starting) {
                starting.getCamelContext().getCamelContextExtension().setHeadersMapFactory(new HeaderMapFactory());
            }

            @Override
            public void afterStop(BaseMainSupport stopped) {
                vertx.close();
            }
        });
        main.configure().withName("llm-gateway");
        main.addMainListener(new GatewayRoutes());
        String routes = settings.getProperty(GatewayConfig.PREFIX + "routes");
        if (routes != null && !routes.isBlank()) {
            main.configure().setRoutesIncludePattern(routes);
        }
        return main;
    }
}
