/** Documents in PostgreSQL that are found by meaning, and answers that quote them. */
@NullMarked
package io.github.camelllm.routes.documents;

import org.jspecify.annotations.NullMarked;
