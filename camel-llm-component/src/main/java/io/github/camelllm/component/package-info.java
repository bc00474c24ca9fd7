/** The Camel edge: component, endpoint, producer, configuration, headers. The only room that knows an exchange. */
@NullMarked
package io.github.camelllm.component;

import org.jspecify.annotations.NullMarked;
