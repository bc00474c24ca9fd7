/** Measures what a call through camel-llm costs beside the HTTP client below it and beside other libraries. */
@NullMarked
package io.github.camelllm.examples.benchmark;

import org.jspecify.annotations.NullMarked;
