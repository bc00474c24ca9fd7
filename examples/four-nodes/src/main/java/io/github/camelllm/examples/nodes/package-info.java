/** Nodes that share a provider's limit, a budget and a cache through Redis. */
@NullMarked
package io.github.camelllm.examples.nodes;

import org.jspecify.annotations.NullMarked;
