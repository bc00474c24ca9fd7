/** Server-sent events, the framing of most streamed answers: cutting them from bytes and writing them. No I/O. */
@NullMarked
package io.github.camelllm.wire.sse;

import org.jspecify.annotations.NullMarked;
