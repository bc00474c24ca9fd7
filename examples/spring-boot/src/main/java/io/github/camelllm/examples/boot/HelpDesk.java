package io.github.camelllm.examples.boot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The application. Its route is in {@code camel/ask.camel.yaml}. */
@SpringBootApplication
public class HelpDesk {
    public static void main(String[] args) {
        SpringApplication.run(HelpDesk.class, args);
    }
}
