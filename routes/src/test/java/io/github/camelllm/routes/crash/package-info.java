/** Kills our process, the database and Redis at chosen moments, and compares the ledger with the simulator's bill. */
@NullMarked
package io.github.camelllm.routes.crash;

import org.jspecify.annotations.NullMarked;
