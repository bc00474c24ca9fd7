/** The Anthropic Messages dialect: client half, server half, token counts and the list of models. */
@NullMarked
package io.github.camelllm.wire.anthropic;

import org.jspecify.annotations.NullMarked;
