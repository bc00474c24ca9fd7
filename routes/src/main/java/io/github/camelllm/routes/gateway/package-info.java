/** The gateway: clients of OpenAI, Anthropic and Gemini ask all providers, over routes that a user can override. */
@NullMarked
package io.github.camelllm.routes.gateway;

import org.jspecify.annotations.NullMarked;
