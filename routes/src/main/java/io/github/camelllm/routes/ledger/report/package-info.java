/** What the ledger tells: reports, the charges of each cost centre, and exports to FinOps tools. */
@NullMarked
package io.github.camelllm.routes.ledger.report;

import org.jspecify.annotations.NullMarked;
