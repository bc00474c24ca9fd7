/** The response cache: what was asked before is answered without asking the provider. */
@NullMarked
package io.github.camelllm.cache;

import org.jspecify.annotations.NullMarked;
