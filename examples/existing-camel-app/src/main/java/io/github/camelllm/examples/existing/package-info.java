/** Runs somebody's application before and after a model was added to it. */
@NullMarked
package io.github.camelllm.examples.existing;

import org.jspecify.annotations.NullMarked;
