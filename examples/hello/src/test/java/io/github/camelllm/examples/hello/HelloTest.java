package io.github.camelllm.examples.hello;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HelloTest {
    @Test
    void answersAsTheReadmeSays() throws Exception {
        String answer = Hello.ask("Say hello in 12 words");

        assertThat(answer).contains("tokens in");
        assertThat(Files.readString(Path.of("..", "..", "README.md"))).contains(answer);
    }

    @Test
    void answersAnyQuestion() throws Exception {
        assertThat(Hello.ask("What is Camel?")).isNotEqualTo(Hello.ask("What is a route?"));
    }
}
