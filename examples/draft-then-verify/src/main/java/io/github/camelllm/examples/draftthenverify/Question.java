package io.github.camelllm.examples.draftthenverify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A customer's question.
 *
 * @param simulatedDraft what the simulated small model says; empty if the file does not say
 * @param simulatedTruth what the simulated large model says
 */
record Question(String id, String text, String simulatedDraft, String simulatedTruth) {
    /**
     * Reads lines of {@code id;question} or {@code id;question;draft;truth}.
     *
     * @throws IllegalArgumentException if a line is another, naming the file and the line
     */
    static List<Question> read(String name, Reader in) throws IOException {
        List<Question> questions = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(in)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                String[] fields = line.split(";", -1);
                if (fields.length != 2 && fields.length != 4 || fields[0].isBlank() || fields[1].isBlank()) {
                    throw new IllegalArgumentException(name + ", line " + number
                            + ": expected id;question or id;question;draft;truth, got " + fields.length + " fields");
                }
                questions.add(new Question(
                        fields[0].strip(),
                        fields[1].strip(),
                        fields.length == 4 ? fields[2].strip() : "",
                        fields.length == 4 ? fields[3].strip() : ""));
            }
        }
        return List.copyOf(questions);
    }

    static List<Question> read(Path file) {
        try (Reader in = Files.newBufferedReader(file)) {
            return read(file.toString(), in);
        } catch (IOException e) {
            throw new UncheckedIOException("questions: cannot read " + file, e);
        }
    }
}
