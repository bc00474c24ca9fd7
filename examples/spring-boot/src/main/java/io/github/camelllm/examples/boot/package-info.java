/** A Spring Boot application that asks a model: HTTP in, answer out. */
@NullMarked
package io.github.camelllm.examples.boot;

import org.jspecify.annotations.NullMarked;
