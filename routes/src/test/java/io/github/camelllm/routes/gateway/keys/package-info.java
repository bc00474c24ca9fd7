@NullMarked
package io.github.camelllm.routes.gateway.keys;

import org.jspecify.annotations.NullMarked;
