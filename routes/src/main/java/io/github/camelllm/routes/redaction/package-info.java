/** Keeps personal data from providers: values become placeholders, and come back in the answer. */
@NullMarked
package io.github.camelllm.routes.redaction;

import org.jspecify.annotations.NullMarked;
