package io.github.camelllm.routes.gateway.keys;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.wire.Json;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.impl.DefaultCamelContext;

/** The admin API on a port of its own, and a client of it. */
final class AdminServer {
    final int port;
    private final HttpClient client = HttpClient.newHttpClient();

    /** An answer. */
    record Answer(int status, JsonNode json, HttpResponse<String> whole) {}

    AdminServer(DefaultCamelContext context, Dsl dsl) throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
        configuration.setBindHost("localhost");
        configuration.setBindPort(port);
        context.addService(new VertxPlatformHttpServer(configuration));
        dsl.loadUse(context, "docs/keys.camel.yaml", new KeysDocsRoutes());
    }

    String url() {
        return "http://localhost:" + port + "/admin";
    }

    Answer send(String method, String path, String body) throws Exception {
        return send(method, path, body, "Bearer " + KeyNode.ADMIN);
    }

    Answer send(String method, String path, String body, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .header("X-Llm-Actor", "alice")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), Json.MAPPER.readTree(response.body()), response);
    }
}
