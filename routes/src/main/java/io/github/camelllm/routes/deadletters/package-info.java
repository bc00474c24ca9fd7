/** Calls and messages that failed for good: kept in the database, listed on the dashboard, sent again from there. */
@NullMarked
package io.github.camelllm.routes.deadletters;

import org.jspecify.annotations.NullMarked;
