package io.github.camelllm.router;

/** Something that a request can need and a model may lack. */
public enum Capability {
    /** Images in the prompt. */
    IMAGE_INPUT,
    /** PDF documents in the prompt. */
    PDF_INPUT,
    /** Sound in the prompt. */
    AUDIO_INPUT,
    /** Video in the prompt. */
    VIDEO_INPUT,
    /** A spoken answer. */
    AUDIO_OUTPUT,
    TOOLS,
    /** An answer that conforms to a JSON Schema, guaranteed by the provider. */
    STRUCTURED_OUTPUT,
    REASONING
}
