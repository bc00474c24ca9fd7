/** Pages that show what the ledger holds, and how budgets, limits, targets and routers are doing. Read-only. */
@NullMarked
package io.github.camelllm.routes.dashboard;

import org.jspecify.annotations.NullMarked;
