/** Example: long documents summed up, chunk by chunk and then summary by summary. */
@NullMarked
package io.github.camelllm.examples.mapreduce;

import org.jspecify.annotations.NullMarked;
