/** Processes that race for one budget, and are killed. */
@NullMarked
package io.github.camelllm.routes.race;

import org.jspecify.annotations.NullMarked;
