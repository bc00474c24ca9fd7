/**
 * Gemini's generateContent and its relatives, as the Gemini Developer API and Vertex AI speak it. Facts from the types of
 * {@code @google/genai} 2.32.0 and https://ai.google.dev/gemini-api/docs.
 */
@NullMarked
package io.github.camelllm.wire.gemini;

import org.jspecify.annotations.NullMarked;
