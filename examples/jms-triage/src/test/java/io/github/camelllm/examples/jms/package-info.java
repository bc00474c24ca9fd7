/** Tests of the example. */
@NullMarked
package io.github.camelllm.examples.jms;

import org.jspecify.annotations.NullMarked;
