/** {@code llm:router/NAME}: definitions of routers, and the choice of an ordered list of targets as a pure function. */
@NullMarked
package io.github.camelllm.router;

import org.jspecify.annotations.NullMarked;
