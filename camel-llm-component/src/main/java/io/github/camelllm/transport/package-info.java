/**
 * The only room with sockets: sends bytes to an HTTP server and hands back what comes, asynchronously, over HTTP/1.1
 * and HTTP/2. It knows nothing of providers, retries or Camel.
 */
@NullMarked
package io.github.camelllm.transport;

import org.jspecify.annotations.NullMarked;
