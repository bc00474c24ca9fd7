/** Support tickets on a JMS queue are sorted by several workers; urgent ones go to a queue of their own. */
@NullMarked
package io.github.camelllm.examples.jms;

import org.jspecify.annotations.NullMarked;
