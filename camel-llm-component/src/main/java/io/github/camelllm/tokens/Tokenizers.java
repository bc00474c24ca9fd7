package io.github.camelllm.tokens;

import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Where tokenizers come from. {@link #found()} gives those on the class path; an application may give others, for
 * example over a model's {@code tokenizer.json}. Thread-safe.
 */
@FunctionalInterface
public interface Tokenizers {
    /** None: everything is estimated. */
    Tokenizers NONE = encoding -> Optional.empty();

    /**
     * A function that gives the number of tokens of a text, thread-safe, that takes any text: what looks like a special
     * token is ordinary text. The first call for an encoding may load it, which takes some hundred milliseconds.
     *
     * @param encoding OpenAI's name of the encoding, such as {@code o200k_base}
     * @return empty if there is no tokenizer for that encoding
     */
    Optional<ToLongFunction<String>> of(String encoding);

    /** OpenAI's encodings if {@code com.knuddels:jtokkit} is on the class path, else {@link #NONE}. Loads nothing yet. */
    static Tokenizers found() {
        return found(Tokenizers.class.getClassLoader());
    }

    /** As {@link #found()}, for classes that this class loader finds. */
    static Tokenizers found(ClassLoader loader) {
        try {
            Class.forName("com.knuddels.jtokkit.Encodings", false, loader);
            return new JtokkitTokenizers();
        } catch (ClassNotFoundException e) {
            return NONE;
        }
    }
}
