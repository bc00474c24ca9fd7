package io.github.camelllm.routes.telemetry;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** Takes what is sent as OTLP over HTTP, and answers. */
public final class OtlpReceiver implements AutoCloseable {
    private final HttpServer server;
    private final List<ExportTraceServiceRequest> traces = new CopyOnWriteArrayList<>();
    private final List<ExportMetricsServiceRequest> metrics = new CopyOnWriteArrayList<>();

    public OtlpReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        take("/v1/traces", in -> traces.add(ExportTraceServiceRequest.parseFrom(in)));
        take("/v1/metrics", in -> metrics.add(ExportMetricsServiceRequest.parseFrom(in)));
        server.start();
    }

    private interface Reading {
        void read(InputStream in) throws IOException;
    }

    private void take(String path, Reading reading) {
        server.createContext(path, exchange -> {
            boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            try (InputStream in = exchange.getRequestBody()) {
                reading.read(zipped ? new GZIPInputStream(in) : in);
            }
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
    }

    public String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public List<ExportTraceServiceRequest> traces() {
        return traces;
    }

    public List<ExportMetricsServiceRequest> metrics() {
        return metrics;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
