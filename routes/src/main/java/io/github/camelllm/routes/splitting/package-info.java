/**
 * Files cut into records or chunks and put to a model, in constant memory: the Java twins of the templates
 * {@code llm-split-*}, {@code llm-extract-records} and {@code llm-map-reduce}, and the beans that they share.
 */
@NullMarked
package io.github.camelllm.routes.splitting;

import org.jspecify.annotations.NullMarked;
