@NullMarked
package io.github.camelllm.routes.dashboard;

import org.jspecify.annotations.NullMarked;
