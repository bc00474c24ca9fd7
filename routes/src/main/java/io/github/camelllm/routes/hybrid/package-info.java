/** Routes in which a small model, a large one and people share the work. */
@NullMarked
package io.github.camelllm.routes.hybrid;

import org.jspecify.annotations.NullMarked;
