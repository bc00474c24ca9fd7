/** The libraries that camel-llm is compared with. */
@NullMarked
package io.github.camelllm.examples.benchmark.peers;

import org.jspecify.annotations.NullMarked;
