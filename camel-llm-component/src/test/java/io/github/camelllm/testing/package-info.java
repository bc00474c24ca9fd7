/** Fixtures that tests of several rooms share. */
@NullMarked
package io.github.camelllm.testing;

import org.jspecify.annotations.NullMarked;
