/** Example: every row of a CSV file enriched by a model, into a database table and another CSV file. */
@NullMarked
package io.github.camelllm.examples.csvenrichment;

import org.jspecify.annotations.NullMarked;
