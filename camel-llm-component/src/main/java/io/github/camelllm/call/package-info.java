/** One call to a provider and what wraps it, each wrapper one small class of one shape; {@link CallChannels} spells the order. */
@NullMarked
package io.github.camelllm.call;

import org.jspecify.annotations.NullMarked;
