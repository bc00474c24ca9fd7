/** What attempts would cost by other prices, and their correction. */
@NullMarked
package io.github.camelllm.routes.ledger.pricing;

import org.jspecify.annotations.NullMarked;
