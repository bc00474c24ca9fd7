@NullMarked
package io.github.camelllm.routes.ledger.report;

import org.jspecify.annotations.NullMarked;
