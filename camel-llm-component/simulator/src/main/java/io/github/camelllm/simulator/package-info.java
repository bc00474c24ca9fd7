/** Providers played over real HTTP: their wire formats, answers, pace, limits and faults, offline. */
@NullMarked
package io.github.camelllm.simulator;

import org.jspecify.annotations.NullMarked;
