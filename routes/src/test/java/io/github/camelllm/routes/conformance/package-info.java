/** The official SDKs of OpenAI, Anthropic and Google as clients of the gateway; docs/conformance.md has what came out. */
package io.github.camelllm.routes.conformance;
