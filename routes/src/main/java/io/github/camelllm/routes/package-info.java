/**
 * Ready routes. One template is one task: the YAML in {@code camel-llm/templates}, its twin in Java in a package below this
 * one, and a Kamelet in {@code kamelets} where it fits into a route as a single step.
 */
@NullMarked
package io.github.camelllm.routes;

import org.jspecify.annotations.NullMarked;
