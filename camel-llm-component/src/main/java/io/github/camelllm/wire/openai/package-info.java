/**
 * OpenAI chat completions and the whole family of providers that are compatible with it: client and server half, with
 * embeddings and model lists.
 */
@NullMarked
package io.github.camelllm.wire.openai;

import org.jspecify.annotations.NullMarked;
