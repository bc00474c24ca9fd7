/** What a model adds to a record, and what is put beside a question before a model is asked. */
@NullMarked
package io.github.camelllm.routes.enrichment;

import org.jspecify.annotations.NullMarked;
