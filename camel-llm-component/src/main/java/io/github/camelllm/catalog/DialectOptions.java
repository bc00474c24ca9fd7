package io.github.camelllm.catalog;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The dialects that a descriptor may name, and the switches that each one documents (see
 * {@link io.github.camelllm.wire.WireProfile#options()}), so that a misspelt switch is refused and not ignored.
 */
final class DialectOptions {
    /** Stands for any text, the empty one included. */
    private static final String TEXT = "*";
    /** Stands for a whole number above zero. */
    private static final String NUMBER = "#";

    /** One switch a line: its name, and the values that it takes. */
    private static final Map<String, Map<String, Set<String>>> OPTIONS =
            Map.of("openai-chat", parse("""
                    reasoning reasoning_effort reasoning thinking thinking+effort enable_thinking chat_template_kwargs none
                    reasoning-efforts *
                    include-thoughts *
                    thinking-type enabled adaptive
                    reasoning-replay none reasoning_content reasoning reasoning_details thinking_chunk summary_chunk
                    reasoning-outside-output true false
                    think-tags auto never implied
                    tool-choice-required required any
                    allowed-tools filter native
                    tool-parameters optional always
                    tool-call-ids any alphanumeric9
                    tool-name true false
                    tool-media refuse parts
                    cache-control none parts breakpoint
                    text-parts array string
                    empty-content null empty absent
                    prefill prefix partial
                    thought-signatures none extra_content
                    annotations-replay true false
                    images-replay true false
                    documents file file_data_url document_url
                    audio-url none audio_url input_audio
                    logprobs boolean count
                    chat.path *
                    embeddings.path *
                    models.path *
                    embeddings.max-inputs #
                    embeddings.task-type *
                    """), "anthropic", parse("""
                    anthropic-version *
                    anthropic-beta *
                    thinking auto adaptive budget effort none
                    mid-system user system
                    unsigned-thinking drop send
                    path *
                    stream-path *
                    count-path *
                    """), "gemini", parse("""
                    model-path-prefix *
                    thinking auto level budget none
                    schema-field responseJsonSchema responseSchema
                    tool-schema-field parametersJsonSchema parameters
                    mid-system user first
                    tool-ids true false
                    tool-media user parts
                    replay-thoughts true false
                    missing-signature *
                    labels true false
                    media-resolution none part
                    display-names true false
                    embeddings batchEmbedContents embedContent predict
                    count-tokens generateContentRequest contents
                    """));

    private DialectOptions() {}

    static Set<String> dialects() {
        return OPTIONS.keySet();
    }

    /** Names of a dialect's switches. */
    static Set<String> names(String dialect) {
        return OPTIONS.getOrDefault(dialect, Map.of()).keySet();
    }

    /** The values that a switch takes, sorted; {@code *} stands for any text, {@code #} for a whole number above zero. */
    static Set<String> values(String dialect, String option) {
        return OPTIONS.getOrDefault(dialect, Map.of()).getOrDefault(option, Set.of(TEXT));
    }

    /** What the value of a switch must be, if this is not right; empty if it is. */
    static Optional<String> expectedInstead(String dialect, String option, String value) {
        Set<String> allowed = values(dialect, option);
        if (allowed.contains(TEXT) || allowed.contains(value)) {
            return Optional.empty();
        }
        if (allowed.contains(NUMBER)) {
            return value.matches("[1-9]\\d{0,8}") ? Optional.empty() : Optional.of("a whole number above 0");
        }
        return Optional.of("one of " + String.join(", ", new TreeSet<>(allowed)));
    }

    private static Map<String, Set<String>> parse(String lines) {
        Map<String, Set<String>> options = new LinkedHashMap<>();
        for (String line : lines.strip().split("\n")) {
            List<String> words = List.of(line.trim().split(" "));
            options.put(words.get(0), new TreeSet<>(words.subList(1, words.size())));
        }
        return options;
    }
}
