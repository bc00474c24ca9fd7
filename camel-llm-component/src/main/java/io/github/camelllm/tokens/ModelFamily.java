package io.github.camelllm.tokens;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Models that count alike, with what is known of how they count: factors on the script estimate, and the tokens that chat
 * templates put around messages. All numbers are estimates, fitted to published measurements and to recorded usage; see {@link ScriptEstimate}.
 */
enum ModelFamily {
    /** OpenAI's models since gpt-4o. */
    OPENAI("openai", 1.0, 1.0, 1.0, 4, 3, 8),
    /** OpenAI's models before gpt-4o: their encoding knows fewer words beyond Latin script. */
    OPENAI_CL100K("openai", 1.0, 1.6, 1.6, 4, 3, 8),
    /** OpenAI's open models; their template puts about 60 tokens of system message before every conversation. */
    GPT_OSS("openai", 1.0, 1.0, 1.0, 4, 63, 8),
    /** Claude up to Opus and Sonnet 4.6 and Haiku 4.5. */
    CLAUDE("claude", 1.15, 1.15, 1.15, 4, 3, 20),
    /** Claude with the tokenizer that came with Opus 4.7. */
    CLAUDE_NEW("claude", 1.5, 1.5, 1.5, 4, 3, 20),
    GEMINI("gemini", 1.0, 1.0, 1.0, 1, 0, 8),
    LLAMA("llama", 1.1, 1.1, 1.1, 5, 5, 8),
    /** Llama 3.1 to 3.3, whose template names two dates in every system message. */
    LLAMA_3("llama", 1.1, 1.1, 1.1, 5, 30, 8),
    MISTRAL("mistral", 1.1, 1.1, 1.1, 2, 2, 8),
    QWEN("qwen", 1.1, 1.1, 0.8, 5, 3, 8),
    DEEPSEEK("deepseek", 1.1, 1.1, 0.8, 3, 2, 8),
    NOVA("nova", 1.1, 1.1, 1.1, 1, 0, 8),
    /** Its template gives it a system message if the request has none. */
    MINIMAX("minimax", 1.1, 1.1, 1.1, 5, 25, 8),
    OTHER("other", 1.1, 1.1, 1.1, 5, 3, 8);

    private static final Pattern CLAUDE_VERSION =
            Pattern.compile("claude-(?:(opus|sonnet|haiku)-)?(\\d{1,2})(?!\\d)(?:[-.](\\d{1,2})(?!\\d))?");
    private static final Pattern LLAMA_3_NAMES = Pattern.compile("llama-?v?3[.p-]?[123]");
    private static final Pattern MISTRAL_NAMES =
            Pattern.compile("m[ia][sx]tral|ministral|codestral|pixtral|devstral|magistral|voxtral");

    /** Name in {@link TokenCount#method()}. */
    final String label;

    /** Factor for Latin letters, digits, punctuation. */
    final double latinFactor;

    /** Factor for other scripts. */
    final double otherFactor;

    /** Factor for Han and Kana. */
    final double hanFactor;

    /** Tokens around one message, its role included. */
    final int perMessage;

    /** Tokens once per request, such as those that open the answer. */
    final int perRequest;

    /** Tokens around one tool call in the history. */
    final int perToolCall;

    ModelFamily(
            String label,
            double latinFactor,
            double otherFactor,
            double hanFactor,
            int perMessage,
            int perRequest,
            int perToolCall) {
        this.label = label;
        this.latinFactor = latinFactor;
        this.otherFactor = otherFactor;
        this.hanFactor = hanFactor;
        this.perMessage = perMessage;
        this.perRequest = perRequest;
        this.perToolCall = perToolCall;
    }

    static ModelFamily of(ModelId model) {
        String name = model.name();
        if (name.contains("claude")) {
            return hasNewClaudeTokenizer(name) ? CLAUDE_NEW : CLAUDE;
        }
        if (name.contains("gemini") || name.contains("gemma") || name.contains("learnlm")) {
            return GEMINI;
        }
        // Distilled models count as the model that learnt: deepseek-r1-distill-llama-70b.
        if (name.contains("llama")) {
            return LLAMA_3_NAMES.matcher(name).find() ? LLAMA_3 : LLAMA;
        }
        if (name.contains("qwen") || name.startsWith("qwq") || name.startsWith("qvq")) {
            return QWEN;
        }
        if (name.contains("deepseek")) {
            return DEEPSEEK;
        }
        if (MISTRAL_NAMES.matcher(name).find()) {
            return MISTRAL;
        }
        if (name.contains("nova-")) {
            return NOVA;
        }
        if (name.contains("minimax")) {
            return MINIMAX;
        }
        if (name.startsWith("gpt-oss")) {
            return GPT_OSS;
        }
        return OpenAiEncoding.of(model)
                .map(encoding -> encoding.name().equals(OpenAiEncoding.CL100K) ? OPENAI_CL100K : OPENAI)
                .orElse(OTHER);
    }

    boolean isOpenAi() {
        return this == OPENAI || this == OPENAI_CL100K || this == GPT_OSS;
    }

    /** A Claude whose version we cannot read counts as a new one: too many tokens rather than too few. */
    private static boolean hasNewClaudeTokenizer(String name) {
        if (name.startsWith("claude-instant")) {
            return false;
        }
        Matcher version = CLAUDE_VERSION.matcher(name);
        if (!version.find()) {
            return true;
        }
        int major = Integer.parseInt(version.group(2));
        int minor = version.group(3) == null ? 0 : Integer.parseInt(version.group(3));
        return major > 4 || (major == 4 && minor > 6);
    }
}
