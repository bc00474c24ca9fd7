@NullMarked
package io.github.camelllm.routes.ledger.adjust;

import org.jspecify.annotations.NullMarked;
