/** The ledger: every attempt in a local journal first, and from there in a database. */
@NullMarked
package io.github.camelllm.routes.ledger;

import org.jspecify.annotations.NullMarked;
