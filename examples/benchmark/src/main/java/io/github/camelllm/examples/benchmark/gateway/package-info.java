/** Measures what the gateway costs beside a reverse proxy that does nothing else, and beside other gateways. */
@NullMarked
package io.github.camelllm.examples.benchmark.gateway;

import org.jspecify.annotations.NullMarked;
