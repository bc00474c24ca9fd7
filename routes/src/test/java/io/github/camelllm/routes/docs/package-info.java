/** Runs the routes that the pages of docs/ quote. */
@NullMarked
package io.github.camelllm.routes.docs;

import org.jspecify.annotations.NullMarked;
