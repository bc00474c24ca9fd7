/** Tests of the stores. */
@NullMarked
package io.github.camelllm.routes.store;

import org.jspecify.annotations.NullMarked;
