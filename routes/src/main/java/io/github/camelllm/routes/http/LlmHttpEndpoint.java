package io.github.camelllm.routes.http;

import java.time.Duration;
import org.apache.camel.Category;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/**
 * Serve HTTP requests on an event loop, without a thread for each: for routes that wait long for an answer or stream it.
 *
 * <p>The body of a message is the request's body as {@code byte[]}. Its headers are those of the request but for names that
 * begin with {@code Camel}, and {@code CamelHttpMethod}, {@code CamelHttpPath} (as it was sent) and {@code CamelHttpQuery};
 * where all headers are asked for, {@code CamelHttpRemoteAddress} too.
 * The answer is the message's body: {@code byte[]}, {@code String}, or a {@code Flow.Publisher<ByteBuffer>}, which is asked
 * for as much as the client takes, and cancelled if it goes away. Its headers are the message's but for {@code Camel…} and
 * those of the request; {@code CamelHttpResponseCode} is the status. If a publisher fails, the connection is closed without
 * the end that a whole answer has. If the client goes away before the answer is there, calls of {@code llm:} endpoints that the
 * route waits for are cancelled.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "llm-http",
        title = "LLM HTTP Server",
        syntax = "llm-http:host:port",
        category = {Category.HTTP},
        consumerOnly = true)
public class LlmHttpEndpoint extends DefaultEndpoint implements EndpointServiceLocation {
    @UriPath(description = "Address to listen on, such as 127.0.0.1, or 0.0.0.0 for all")
    @Metadata(required = true)
    private String host = "";

    @UriPath(description = "Port to listen on; 0 for any that is free")
    @Metadata(required = true)
    private int port;

    @UriParam(
            defaultValue = "false",
            description =
                    "Whether the route runs on a thread of a pool, because it may block, and not on the event loop")
    private boolean worker;

    @UriParam(label = "advanced", defaultValue = "16", description = "Threads of that pool")
    private int workerThreads = 16;

    @UriParam(
            label = "advanced",
            defaultValue = "256",
            description = "Requests that wait for a thread; the next one is answered with 503")
    private int workerQueue = 256;

    @UriParam(
            defaultValue = "33554432",
            description = "Longest body of a request in bytes; a longer one is answered with 413")
    private int maxBodyBytes = 32 << 20;

    @UriParam(
            defaultValue = "32768",
            description = "Most bytes that all headers of a request may have; more are answered with 431")
    private int maxHeaderBytes = 32 << 10;

    @UriParam(defaultValue = "8192", description = "Longest request line in bytes; a longer one is answered with 414")
    private int maxRequestLineBytes = 8 << 10;

    @UriParam(defaultValue = "10000", description = "Most connections; further ones are closed at once")
    private int maxConnections = 10_000;

    @UriParam(defaultValue = "true", description = "Whether clients may speak HTTP/2 over TLS, which ALPN finds out")
    private boolean http2 = true;

    @UriParam(
            defaultValue = "false",
            description =
                    "Whether clients may speak HTTP/2 without TLS too, at once or by upgrade. For networks that are"
                            + " trusted: a client that sends nothing at all is then neither counted nor timed out")
    private boolean h2c;

    @UriParam(defaultValue = "100", description = "Most requests at a time on a connection of HTTP/2")
    private int maxConcurrentStreams = 100;

    @UriParam(
            label = "security",
            defaultValue = "200",
            description =
                    "How many streams of HTTP/2 a client may reset within 30 s; then its connection is closed (CVE-2023-44487)")
    private int maxResets = 200;

    @UriParam(
            defaultValue = "10s",
            javaType = "java.time.Duration",
            description = "Time for the head of a connection's first request; then the connection is closed")
    private Duration headTimeout = Duration.ofSeconds(10);

    @UriParam(
            defaultValue = "30s",
            javaType = "java.time.Duration",
            description = "Time for the body of a request; then it is answered with 408")
    private Duration bodyTimeout = Duration.ofSeconds(30);

    @UriParam(
            defaultValue = "75s",
            javaType = "java.time.Duration",
            description = "Time from an answer to the head of the connection's next request")
    private Duration keepAliveTimeout = Duration.ofSeconds(75);

    @UriParam(
            defaultValue = "30s",
            javaType = "java.time.Duration",
            description = "How long a client may take nothing of a streamed answer; then the connection is closed")
    private Duration writeTimeout = Duration.ofSeconds(30);

    @UriParam(
            defaultValue = "*",
            description = "Request headers that the message gets, separated by commas; * for all. Naming those that the"
                    + " route reads saves time")
    private String requestHeaders = "*";

    @UriParam(
            label = "security",
            description = "Origins whose pages may call in a browser (CORS), separated by commas; * for any. None by"
                    + " default")
    private @Nullable String corsOrigins;

    @UriParam(label = "security", description = "TLS configuration; without it the server speaks plain HTTP")
    private @Nullable SSLContextParameters sslContextParameters;

    @UriParam(label = "advanced", description = "Says what clients are told if a request fails")
    private HttpErrors errors = new JsonErrors();

    @UriParam(label = "advanced", description = "Hears of each request, and of its end")
    private @Nullable RequestListener listener;

    public LlmHttpEndpoint(String uri, Component component) {
        super(uri, component);
    }

    @Override
    public LlmHttpComponent getComponent() {
        return (LlmHttpComponent) super.getComponent();
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException(
                "llm-http:" + host + ":" + port + " only serves requests (from); to send some, use camel-http");
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        LlmHttpConsumer consumer = new LlmHttpConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public String getServiceUrl() {
        return (sslContextParameters == null ? "http://" : "https://") + (host.contains(":") ? "[" + host + "]" : host)
                + ":" + port;
    }

    @Override
    public String getServiceProtocol() {
        return "http";
    }

    public String getHost() {
        return host;
    }

    public void setHost(String host) {
        this.host = host;
    }

    public int getPort() {
        return port;
    }

    public void setPort(int port) {
        this.port = port;
    }

    public boolean isWorker() {
        return worker;
    }

    public void setWorker(boolean worker) {
        this.worker = worker;
    }

    public int getWorkerThreads() {
        return workerThreads;
    }

    public void setWorkerThreads(int workerThreads) {
        this.workerThreads = workerThreads;
    }

    public int getWorkerQueue() {
        return workerQueue;
    }

    public void setWorkerQueue(int workerQueue) {
        this.workerQueue = workerQueue;
    }

    public int getMaxBodyBytes() {
        return maxBodyBytes;
    }

    public void setMaxBodyBytes(int maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
    }

    public int getMaxHeaderBytes() {
        return maxHeaderBytes;
    }

    public void setMaxHeaderBytes(int maxHeaderBytes) {
        this.maxHeaderBytes = maxHeaderBytes;
    }

    public int getMaxRequestLineBytes() {
        return maxRequestLineBytes;
    }

    public void setMaxRequestLineBytes(int maxRequestLineBytes) {
        this.maxRequestLineBytes = maxRequestLineBytes;
    }

    public int getMaxConnections() {
        return maxConnections;
    }

    public void setMaxConnections(int maxConnections) {
        this.maxConnections = maxConnections;
    }

    public boolean isHttp2() {
        return http2;
    }

    public void setHttp2(boolean http2) {
        this.http2 = http2;
    }

    public boolean isH2c() {
        return h2c;
    }

    public void setH2c(boolean h2c) {
        this.h2c = h2c;
    }

    public int getMaxConcurrentStreams() {
        return maxConcurrentStreams;
    }

    public void setMaxConcurrentStreams(int maxConcurrentStreams) {
        this.maxConcurrentStreams = maxConcurrentStreams;
    }

    public int getMaxResets() {
        return maxResets;
    }

    public void setMaxResets(int maxResets) {
        this.maxResets = maxResets;
    }

    public Duration getHeadTimeout() {
        return headTimeout;
    }

    public void setHeadTimeout(Duration headTimeout) {
        this.headTimeout = headTimeout;
    }

    public Duration getBodyTimeout() {
        return bodyTimeout;
    }

    public void setBodyTimeout(Duration bodyTimeout) {
        this.bodyTimeout = bodyTimeout;
    }

    public Duration getKeepAliveTimeout() {
        return keepAliveTimeout;
    }

    public void setKeepAliveTimeout(Duration keepAliveTimeout) {
        this.keepAliveTimeout = keepAliveTimeout;
    }

    public Duration getWriteTimeout() {
        return writeTimeout;
    }

    public void setWriteTimeout(Duration writeTimeout) {
        this.writeTimeout = writeTimeout;
    }

    public String getRequestHeaders() {
        return requestHeaders;
    }

    public void setRequestHeaders(String requestHeaders) {
        this.requestHeaders = requestHeaders;
    }

    public @Nullable String getCorsOrigins() {
        return corsOrigins;
    }

    public void setCorsOrigins(@Nullable String corsOrigins) {
        this.corsOrigins = corsOrigins;
    }

    public @Nullable SSLContextParameters getSslContextParameters() {
        return sslContextParameters;
    }

    public void setSslContextParameters(@Nullable SSLContextParameters sslContextParameters) {
        this.sslContextParameters = sslContextParameters;
    }

    public HttpErrors getErrors() {
        return errors;
    }

    public void setErrors(HttpErrors errors) {
        this.errors = errors;
    }

    public @Nullable RequestListener getListener() {
        return listener;
    }

    public void setListener(@Nullable RequestListener listener) {
        this.listener = listener;
    }
}
