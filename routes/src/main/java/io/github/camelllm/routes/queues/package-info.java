/** Workers for queues, topics, HTTP, timers and mail. */
@NullMarked
package io.github.camelllm.routes.queues;

import org.jspecify.annotations.NullMarked;
