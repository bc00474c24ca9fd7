/** Comments on a Kafka topic are moderated into a result topic and a table. */
@NullMarked
package io.github.camelllm.examples.kafka;

import org.jspecify.annotations.NullMarked;
