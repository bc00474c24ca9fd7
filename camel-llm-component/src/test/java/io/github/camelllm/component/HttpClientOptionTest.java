package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.PlaybackServer;
import io.github.camelllm.transport.TransportException;
import io.vertx.core.Vertx;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpClientOptionTest {
    private final PlaybackServer server = PlaybackServer.start();

    @AfterEach
    void close() {
        server.close();
    }

    private CamelContext context(String httpClient) {
        server.otherwise(Answer.json(200, LlmRouteTest.answerJson("ok")));
        LlmComponent component = new LlmComponent();
        component.setHttpClient(httpClient);
        component.getConfiguration().setApiKey("k");
        component.getConfiguration().setBaseUrl(server.uri("/v1").toString());
        CamelContext context = new DefaultCamelContext();
        context.addComponent("llm", component);
        return context;
    }

    private static String ask(CamelContext context) {
        return context.createProducerTemplate().requestBody("llm:openai/gpt-5-mini", "Hi", String.class);
    }

    @Test
    void callsTravelByEither() throws Exception {
        for (String httpClient : List.of("apache", "vertx")) {
            try (CamelContext context = context(httpClient)) {
                context.start();
                assertThat(ask(context)).isEqualTo("ok");
            }
        }
    }

    @Test
    void takesTheVertxOfTheRegistry() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (CamelContext context = context("vertx")) {
            context.getRegistry().bind("vertx", vertx);
            context.start();
            assertThat(ask(context)).isEqualTo("ok");
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThatThrownBy(() -> ask(context))
                    .as("its event loops have ended")
                    .hasRootCauseInstanceOf(TransportException.class);
        }
    }

    @Test
    void namesWhatItExpected() throws Exception {
        try (CamelContext context = context("netty")) {
            assertThatThrownBy(context::start)
                    .rootCause()
                    .hasMessage("llm: httpClient must be apache or vertx, is netty");
        }
    }

    @Test
    void runsWithoutVertxOnTheClassPath() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            String name = Path.of(entry).getFileName().toString();
            if (!name.contains("vertx") && !name.startsWith("netty-")) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader without =
                new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(without);
            for (String httpClient : List.of("apache", "vertx")) {
                Callable<?> starts = (Callable<?>) without.loadClass(Starts.class.getName())
                        .getConstructor(String.class)
                        .newInstance(httpClient);
                assertThat(starts.call())
                        .isEqualTo(
                                httpClient.equals("apache")
                                        ? "started"
                                        : "llm: httpClient=vertx needs io.vertx:vertx-core, version 4, on the class path");
            }
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Makes a transport in a class loader of its own. */
    public static final class Starts implements Callable<String> {
        private final String httpClient;

        public Starts(String httpClient) {
            this.httpClient = httpClient;
        }

        @Override
        public String call() throws Exception {
            try (CamelContext context = new DefaultCamelContext()) {
                LlmComponent component = new LlmComponent();
                component.setHttpClient(httpClient);
                component.getConfiguration().setApiKey("k");
                context.addComponent("llm", component);
                context.start();
                component.engine();
                return "started";
            } catch (RuntimeException e) {
                Throwable root = e;
                while (root.getCause() instanceof Exception cause) {
                    root = cause;
                }
                return root.getMessage();
            }
        }
    }
}
