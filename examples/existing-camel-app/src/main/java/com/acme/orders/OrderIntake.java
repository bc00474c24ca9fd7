package com.acme.orders;

import org.apache.camel.main.Main;

/** Takes orders from a folder into the database. What it does is in {@code orders.camel.yaml}. */
public final class OrderIntake {
    private OrderIntake() {}

    public static void main(String[] args) throws Exception {
        app().run(args);
    }

    /** The application, not started. */
    public static Main app() {
        return new Main(OrderIntake.class);
    }
}
