/** A gateway with simulated providers behind it. */
@NullMarked
package io.github.camelllm.examples.gateway;

import org.jspecify.annotations.NullMarked;
