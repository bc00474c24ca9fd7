package io.github.camelllm.transport;

/** Which HTTP version is spoken. */
public enum HttpVersionPolicy {
    /** With TLS what the server prefers of HTTP/2 and HTTP/1.1 (ALPN), without TLS HTTP/1.1. */
    AUTO,
    HTTP_1_1,
    /** HTTP/2 only; without TLS with prior knowledge (RFC 9113 section 3.3). */
    HTTP_2
}
