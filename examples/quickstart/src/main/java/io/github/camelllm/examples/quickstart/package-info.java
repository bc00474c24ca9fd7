/** A folder of mail and documents, sorted by a model into an H2 database: files, split, {@code llm:}, schema, SQL. */
@NullMarked
package io.github.camelllm.examples.quickstart;

import org.jspecify.annotations.NullMarked;
