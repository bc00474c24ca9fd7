/** A small HTTP server for routes: requests go on from Vert.x's event loop, and answers may be streams. */
@NullMarked
package io.github.camelllm.routes.http;

import org.jspecify.annotations.NullMarked;
