/** Customers get a small model's answer at once, and a correction later where a large model finds it wrong. */
@NullMarked
package io.github.camelllm.examples.draftthenverify;

import org.jspecify.annotations.NullMarked;
