/** What the response cache needs beyond one process: stores that nodes share, and a model of sentences. */
@NullMarked
package io.github.camelllm.routes.cache;

import org.jspecify.annotations.NullMarked;
