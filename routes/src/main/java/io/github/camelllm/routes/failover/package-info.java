/** Routes that get an answer although a provider fails: other models, retries, votes, waiting for a quota. */
@NullMarked
package io.github.camelllm.routes.failover;

import org.jspecify.annotations.NullMarked;
