/** The database and the Redis that ledger, budgets, limits and cache are kept in. */
@NullMarked
package io.github.camelllm.routes.store;

import org.jspecify.annotations.NullMarked;
