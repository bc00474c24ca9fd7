/** Pure codecs between bytes and {@link io.github.camelllm.chat}, one package a dialect, both directions. No I/O. */
@NullMarked
package io.github.camelllm.wire;

import org.jspecify.annotations.NullMarked;
