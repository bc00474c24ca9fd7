/** Counting the tokens of a request before it is sent; every count says whether it is exact. No I/O. */
@NullMarked
package io.github.camelllm.tokens;

import org.jspecify.annotations.NullMarked;
