package io.github.camelllm.examples.benchmark.gateway;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A request that is made again and again.
 *
 * @param port where
 * @param bytes all of it, as it goes over the wire
 * @param way how the upstream answers
 */
record Call(int port, Buffer bytes, Way way) {
    static Call post(int port, String path, Map<String, String> headers, String body, Way way) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(512);
        head.append("POST ")
                .append(path)
                .append(" HTTP/1.1\r\nhost: 127.0.0.1:")
                .append(port);
        head.append("\r\ncontent-type: application/json\r\ncontent-length: ").append(content.length);
        headers.forEach(
                (name, value) -> head.append("\r\n").append(name).append(": ").append(value));
        return new Call(port, Buffer.buffer(head.append("\r\n\r\n").toString()).appendBytes(content), way);
    }
}
