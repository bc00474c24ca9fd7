package io.github.camelllm.examples.benchmark.gateway;

import io.github.camelllm.examples.benchmark.Conversation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** How the upstream answers; each is a path there, and a provider of the gateways. */
enum Way {
    /** A whole answer at once. */
    JSON("json", Way.FIGURE),
    /** A whole answer after 50 ms. */
    LATE("late", Way.FIGURE),
    /** A whole answer after {@link #SLOW_TIME}, or what else the upstream is told. */
    SLOW("slow", Way.FIGURE),
    /** {@link #PIECES} pieces of text as fast as the socket takes them. */
    STREAM("stream", Way.DONE),
    /** {@link #DRIPS} pieces of text, one each {@link #DRIP_MILLIS} ms. */
    DRIP("drip", Way.DONE);

    static final int LATE_MILLIS = 50;
    static final Duration SLOW_TIME = Duration.ofSeconds(5);
    static final int PIECES = 200;
    static final int DRIPS = 50;
    static final int DRIP_MILLIS = 200;

    /** Something from the middle of the answer's text. */
    private static final String FIGURE = "806.82 EUR";

    private static final String DONE = "data: [DONE]";
    private static final String USER = "{\"role\":\"user\",\"content\":\"" + Conversation.USER + "\"}";

    private final String id;
    private final byte[] mark;

    Way(String id, String mark) {
        this.id = id;
        this.mark = mark.getBytes(StandardCharsets.UTF_8);
    }

    /** The name of it as a provider. */
    String id() {
        return id;
    }

    /** The path that stands for {@code https://api.openai.com/v1}. */
    String basePath() {
        return "/" + id + "/v1";
    }

    /** What is near the end of each answer that is whole. */
    byte[] mark() {
        return mark;
    }

    boolean isStream() {
        return this == STREAM || this == DRIP;
    }

    /** Pieces of text in one answer. */
    int pieces() {
        return this == STREAM ? PIECES : this == DRIP ? DRIPS : 1;
    }

    /** The request of a client of OpenAI's. */
    String openAiRequest(String model) {
        return request(
                model,
                String.format(
                        Locale.ROOT,
                        "\"messages\":[{\"role\":\"system\",\"content\":\"%s\"},%s]",
                        Conversation.SYSTEM,
                        USER));
    }

    /** The same request of a client of Anthropic's. */
    String anthropicRequest(String model) {
        return request(
                model, String.format(Locale.ROOT, "\"system\":\"%s\",\"messages\":[%s]", Conversation.SYSTEM, USER));
    }

    private String request(String model, String conversation) {
        return String.format(
                Locale.ROOT,
                "{\"model\":\"%s\",%s,\"temperature\":%s,\"max_tokens\":%d%s}",
                model,
                conversation,
                Conversation.TEMPERATURE,
                Conversation.MAX_TOKENS,
                isStream() ? ",\"stream\":true" : "");
    }
}
