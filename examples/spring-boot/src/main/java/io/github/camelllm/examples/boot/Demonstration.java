package io.github.camelllm.examples.boot;

import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts {@link HelpDesk}, asks it a list of questions over HTTP and looks at its health. */
public final class Demonstration {
    private static final int WIDTH = 150;

    private final PrintStream out;

    Demonstration(PrintStream out) {
        this.out = out;
    }

    /** System properties: {@code llm} (provider/model), {@code questions} (file), {@code route} (yaml or java), {@code stay}. */
    public static void main(String[] args) throws Exception {
        Path start = Path.of(property("example.startFolder", ""));
        Path own = Path.of(property("example.folder", "")).toAbsolutePath();
        Path questions =
                start.resolve(property("questions", own.resolve("questions.txt").toString()));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int status = new Demonstration(out)
                .run(
                        property("llm", ""),
                        property("route", "yaml"),
                        Files.readAllLines(questions),
                        Boolean.parseBoolean(property("stay", "false")));
        System.exit(status);
    }

    private static String property(String name, String otherwise) {
        String value = System.getProperty(name, "");
        return value.isBlank() ? otherwise : value.strip();
    }

    /** @return the exit status: 0 if every question was answered */
    int run(String llm, String route, List<String> questions, boolean stay) throws IOException, InterruptedException {
        try (Simulator simulator = Simulator.builder().build()) {
            List<String> arguments = new ArrayList<>(List.of("--server.port=" + (stay ? 8080 : 0)));
            if (route.equals("java")) {
                arguments.add("--spring.profiles.active=java");
            }
            if (llm.isEmpty()) {
                arguments.add("--helpdesk.model=simulator/simulated-1");
                arguments.add(
                        "--llm.provider.simulator.baseUrl=" + simulator.start().baseUrl(SimulatedDialect.OPENAI));
            } else {
                arguments.add("--helpdesk.model=" + llm);
            }
            try (ConfigurableApplicationContext application =
                    SpringApplication.run(HelpDesk.class, arguments.toArray(String[]::new))) {
                String url = "http://localhost:" + application.getEnvironment().getProperty("local.server.port");
                int answered = ask(url, questions);
                out.println("Health: "
                        + send(HttpRequest.newBuilder(URI.create(url + "/actuator/health")))
                                .body());
                out.println(answered + " of " + questions.size() + " questions answered.");
                if (stay) {
                    out.println("It goes on at " + url + "/ask until you stop it.");
                    new CountDownLatch(1).await();
                }
                return answered == questions.size() ? 0 : 1;
            }
        }
    }

    private int ask(String url, List<String> questions) throws IOException, InterruptedException {
        int answered = 0;
        for (String question : questions) {
            HttpResponse<String> response = send(HttpRequest.newBuilder(URI.create(url + "/ask"))
                    .header("Content-Type", "text/plain; charset=utf-8")
                    .POST(HttpRequest.BodyPublishers.ofString(question)));
            answered += response.statusCode() == 200 ? 1 : 0;
            String body = response.body();
            out.println(question);
            out.println("  " + response.statusCode() + " "
                    + (body.length() > WIDTH ? body.substring(0, WIDTH) + "…" : body));
        }
        return answered;
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
