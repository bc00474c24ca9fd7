/** Tests of the templates that split. */
@NullMarked
package io.github.camelllm.routes.splitting;

import org.jspecify.annotations.NullMarked;
