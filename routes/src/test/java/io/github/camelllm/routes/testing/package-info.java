/** What the tests of all templates share. */
@NullMarked
package io.github.camelllm.routes.testing;

import org.jspecify.annotations.NullMarked;
