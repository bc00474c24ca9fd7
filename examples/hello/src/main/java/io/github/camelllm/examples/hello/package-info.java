/** The smallest application that asks a model: one route, and a simulated provider to answer it. */
@NullMarked
package io.github.camelllm.examples.hello;

import org.jspecify.annotations.NullMarked;
