package io.github.camelllm.transport;

import java.util.function.Function;

/** Every transport there is: a test class with this as its parameter holds all of them to one contract. */
enum Transports {
    APACHE(ApacheHttpTransport::new),
    VERTX(VertxHttpTransport::new);

    private final Function<HttpTransportSettings, HttpTransport> make;

    Transports(Function<HttpTransportSettings, HttpTransport> make) {
        this.make = make;
    }

    HttpTransport start(HttpTransportSettings settings) {
        return make.apply(settings);
    }
}
