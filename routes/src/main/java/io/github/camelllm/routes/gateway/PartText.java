package io.github.camelllm.routes.gateway;

import io.github.camelllm.chat.ContentPart;

/** The words of a part of an answer. */
final class PartText {
    private PartText() {}

    static String of(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return text.text();
        }
        if (part instanceof ContentPart.Refusal refusal) {
            return refusal.text();
        }
        if (part instanceof ContentPart.Reasoning reasoning) {
            return reasoning.text();
        }
        if (part instanceof ContentPart.Opaque opaque) {
            return PlainJson.of(opaque.json());
        }
        if (part instanceof ContentPart.Media media) {
            return media.transcript().orElse("");
        }
        return part instanceof ContentPart.ToolCall call ? call.argumentsJson() : "";
    }
}
