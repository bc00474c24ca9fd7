@NullMarked
package io.github.camelllm.routes.ledger.reconcile;

import org.jspecify.annotations.NullMarked;
