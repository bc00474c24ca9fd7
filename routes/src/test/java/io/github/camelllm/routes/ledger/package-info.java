@NullMarked
package io.github.camelllm.routes.ledger;

import org.jspecify.annotations.NullMarked;
