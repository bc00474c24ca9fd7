/** Corrections of what the ledger holds: entries that are added, and never a row that is changed. */
@NullMarked
package io.github.camelllm.routes.ledger.adjust;

import org.jspecify.annotations.NullMarked;
