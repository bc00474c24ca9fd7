/** Who calls the gateway, and what they may. */
@NullMarked
package io.github.camelllm.routes.gateway.keys;

import org.jspecify.annotations.NullMarked;
