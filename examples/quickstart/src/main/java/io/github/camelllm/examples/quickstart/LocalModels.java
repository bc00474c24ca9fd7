package io.github.camelllm.examples.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Asks local servers for their models. */
@FunctionalInterface
interface LocalModels {
    /**
     * The first model that can chat; empty if the server is not there, is another one, or has none.
     *
     * @param server {@code ollama} or {@code llamacpp}
     * @param baseUrl such as {@code http://localhost:11434/v1}
     */
    Optional<String> first(String server, String baseUrl);

    /** Asks over HTTP, with short timeouts. */
    static LocalModels overHttp() {
        HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofMillis(500)).build();
        return (server, baseUrl) -> {
            HttpRequest request = HttpRequest.newBuilder(URI.create(baseUrl + "/models"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            try {
                HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
                return response.statusCode() == 200 ? firstOf(server, response.body()) : Optional.empty();
            } catch (IOException notThere) {
                return Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        };
    }

    /** The list of models in OpenAI's shape. Port 8080 is popular, so llama.cpp must have signed its list. */
    static Optional<String> firstOf(String server, String json) throws IOException {
        JsonNode list = new ObjectMapper().readTree(json);
        for (JsonNode model : list.path("data")) {
            String id = model.path("id").asText();
            boolean signed = !server.equals("llamacpp")
                    || model.path("owned_by").asText().equals("llamacpp");
            if (signed && !id.isEmpty() && !id.contains("embed")) {
                return Optional.of(id);
            }
        }
        return Optional.empty();
    }
}
