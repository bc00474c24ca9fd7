@NullMarked
package io.github.camelllm.routes.policies;

import org.jspecify.annotations.NullMarked;
