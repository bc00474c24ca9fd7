@NullMarked
package io.github.camelllm.routes.deadletters;

import org.jspecify.annotations.NullMarked;
