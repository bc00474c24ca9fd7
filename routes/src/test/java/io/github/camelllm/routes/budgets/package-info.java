@NullMarked
package io.github.camelllm.routes.budgets;

import org.jspecify.annotations.NullMarked;
