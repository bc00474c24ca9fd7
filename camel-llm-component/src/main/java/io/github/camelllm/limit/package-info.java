/** Rate limits: how many requests and tokens may be sent in what time, and how many at once. */
@NullMarked
package io.github.camelllm.limit;

import org.jspecify.annotations.NullMarked;
