/** What teams may spend on models, and what they are charged. */
@NullMarked
package io.github.camelllm.examples.cost;

import org.jspecify.annotations.NullMarked;
