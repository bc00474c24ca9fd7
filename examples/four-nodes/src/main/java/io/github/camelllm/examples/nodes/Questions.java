package io.github.camelllm.examples.nodes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What the customers of each node ask. Two in five questions, 26 at most, are asked at every node. */
final class Questions {
    private static final int OWN_NUMBERS = 1_000;

    private Questions() {}

    /** @param node 1 for the first; always the same questions for the same node, in an order of its own */
    static List<String> of(int node, int count) throws IOException {
        List<String> questions = new ArrayList<>(everywhere(count));
        for (int number = node * OWN_NUMBERS; questions.size() < count; number++) {
            questions.add("Where is order " + number + "? It should have been here last week.");
        }
        Collections.shuffle(questions, new Random(node));
        return questions;
    }

    /** Those that every node is asked. @param count how many questions a node has */
    static List<String> everywhere(int count) throws IOException {
        try (InputStream in = Questions.class.getResourceAsStream("/questions.txt");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return lines.lines().limit(count * 2 / 5).toList();
        }
    }
}
