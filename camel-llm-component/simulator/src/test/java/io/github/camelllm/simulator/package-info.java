/** Tests of the simulator: what it answers, what it breaks, and that the official SDKs take it for the real thing. */
@NullMarked
package io.github.camelllm.simulator;

import org.jspecify.annotations.NullMarked;
