@NullMarked
package io.github.camelllm.routes.ledger.pricing;

import org.jspecify.annotations.NullMarked;
