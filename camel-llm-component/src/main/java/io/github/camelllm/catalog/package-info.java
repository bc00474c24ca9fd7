/**
 * Providers, models and prices as data: what ships in the jar, and what users add or override. Records and lookup; no
 * sockets, no environment, no clock of its own.
 */
@NullMarked
package io.github.camelllm.catalog;

import org.jspecify.annotations.NullMarked;
