/** What providers say that they charged, compared with the ledger. */
@NullMarked
package io.github.camelllm.routes.ledger.reconcile;

import org.jspecify.annotations.NullMarked;
