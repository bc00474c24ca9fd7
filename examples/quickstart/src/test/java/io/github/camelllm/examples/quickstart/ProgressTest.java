package io.github.camelllm.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private String told(boolean terminal, int files) {
        Progress progress = new Progress(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal, files);
        for (int i = 1; i <= files; i++) {
            progress.fileEnded(i == files);
        }
        progress.end();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void writesOverOneLineOnATerminal() {
        String told = told(true, 30);

        assertThat(told.chars().filter(c -> c == '\r').count()).isEqualTo(30);
        assertThat(told.lines()
                        .filter(line -> !line.isBlank())
                        .reduce((a, b) -> b)
                        .orElseThrow())
                .contains("30 of 30 files, 0 answers, 1 in dead-letter");
    }

    @Test
    void writesSomeLinesElsewhere() {
        assertThat(told(false, 1_005).lines())
                .hasSizeBetween(10, 12)
                .last()
                .asString()
                .contains("1,005 of 1,005 files");
    }
}
