package io.github.camelllm.routes.documents;

import io.github.camelllm.routes.testing.Postgres;

/** Vectors in plain arrays, on a server without extensions. */
class ArrayDocumentsTest extends DocumentsContract {
    ArrayDocumentsTest() {
        super("arrays", Postgres.plain());
    }
}
