/** Tests of the example, and the run that kills its worker. */
@NullMarked
package io.github.camelllm.examples.kafka;

import org.jspecify.annotations.NullMarked;
