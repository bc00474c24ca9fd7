/** What calls look like from outside: OpenTelemetry traces, Micrometer metrics, a page for Prometheus, an access log. */
@NullMarked
package io.github.camelllm.routes.telemetry;

import org.jspecify.annotations.NullMarked;
