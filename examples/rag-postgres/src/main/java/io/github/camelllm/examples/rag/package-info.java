/** Indexes documents in PostgreSQL and answers questions from them. */
@NullMarked
package io.github.camelllm.examples.rag;

import org.jspecify.annotations.NullMarked;
