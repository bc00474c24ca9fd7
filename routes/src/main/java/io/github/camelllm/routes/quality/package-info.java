/** How good answers are: what people and programs say of them, models by task, and routers that follow it. */
@NullMarked
package io.github.camelllm.routes.quality;

import org.jspecify.annotations.NullMarked;
