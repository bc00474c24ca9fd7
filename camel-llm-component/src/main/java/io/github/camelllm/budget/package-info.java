/** Budgets: what may be spent by whom and in what time, set aside before each attempt and settled after it. */
@NullMarked
package io.github.camelllm.budget;

import org.jspecify.annotations.NullMarked;
