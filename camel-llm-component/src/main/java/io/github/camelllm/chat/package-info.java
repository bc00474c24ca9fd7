/** The vocabulary: requests, messages, tools, answers, stream events, usage and errors. JDK types only. */
@NullMarked
package io.github.camelllm.chat;

import org.jspecify.annotations.NullMarked;
