/** A provider's bad day, and what the callers of a route notice of it. */
@NullMarked
package io.github.camelllm.examples.failover;

import org.jspecify.annotations.NullMarked;
