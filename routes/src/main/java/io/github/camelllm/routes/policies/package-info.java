/** Budgets and rate limits as routes change them. */
@NullMarked
package io.github.camelllm.routes.policies;

import org.jspecify.annotations.NullMarked;
