@NullMarked
package io.github.camelllm.transport;

import org.jspecify.annotations.NullMarked;
