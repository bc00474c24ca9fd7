@NullMarked
package io.github.camelllm.routes.quality;

import org.jspecify.annotations.NullMarked;
