package io.github.camelllm.examples.benchmark;

/** What every contender asks, and what the upstream answers. */
public final class Conversation {
    public static final String MODEL = "gpt-4o-mini";
    public static final double TEMPERATURE = 0.2;
    public static final int MAX_TOKENS = 256;

    /** About 1 KB, as instructions in production are. */
    public static final String SYSTEM =
            "You check incoming invoices. Name the supplier, the total and anything unusual. ".repeat(13);

    public static final String USER =
            "Invoice 2026-1187 of Müller GmbH: 12 pallets at 48.50 EUR, freight 96.00 EUR, VAT 19 %. ".repeat(5);

    public static final String ANSWER =
            "The supplier is Müller GmbH. Goods are 582.00 EUR and freight is 96.00 EUR, which makes 678.00 EUR net and"
                    + " 806.82 EUR with 19 % VAT. Nothing is unusual.";

    private Conversation() {}

    /** The body of a whole answer. */
    public static String answerJson(String text) {
        return """
                {"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","object":"chat.completion","created":1760000000,\
                "model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":"%s",\
                "refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":409,\
                "completion_tokens":52,"total_tokens":461,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},\
                "completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,\
                "rejected_prediction_tokens":0}},"service_tier":"default","system_fingerprint":"fp_b376dfbbd5"}""".formatted(text);
    }

    /** One event of a streamed answer. */
    public static String chunk(String text) {
        return event("{\"content\":\"" + text + "\"}", "null");
    }

    /** The events that end a streamed answer: finish, usage and terminator. */
    public static String streamEnd() {
        return event("{}", "\"stop\"") + """
                data: {"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","object":"chat.completion.chunk",\
                "created":1760000000,"model":"gpt-4o-mini-2024-07-18","service_tier":"default",\
                "system_fingerprint":"fp_b376dfbbd5","choices":[],"usage":{"prompt_tokens":409,\
                "completion_tokens":52,"total_tokens":461}}

                data: [DONE]

                """;
    }

    /** A whole streamed answer with this many pieces of text. */
    public static String stream(int chunks) {
        StringBuilder events = new StringBuilder(chunks * 256);
        for (int i = 0; i < chunks; i++) {
            events.append(chunk(" word" + i % 89));
        }
        return events.append(streamEnd()).toString();
    }

    private static String event(String delta, String finishReason) {
        return """
                data: {"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","object":"chat.completion.chunk",\
                "created":1760000000,"model":"gpt-4o-mini-2024-07-18","service_tier":"default",\
                "system_fingerprint":"fp_b376dfbbd5","choices":[{"index":0,"delta":%s,"logprobs":null,\
                "finish_reason":%s}]}

                """.formatted(delta, finishReason);
    }
}
