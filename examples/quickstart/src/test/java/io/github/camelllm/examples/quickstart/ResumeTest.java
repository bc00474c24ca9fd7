package io.github.camelllm.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.examples.quickstart.Settings.Routes;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responder;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the process with SIGKILL again and again, at events, until it gets through. */
class ResumeTest {
    @TempDir
    Path folder;

    @Test
    void killedAtAnyPointNoFileIsLostAndNoAnswerPaidTwiceOrKeptTwice() throws Exception {
        Path clean = folder.resolve("clean");
        assertThat(Runs.run(Runs.SAMPLE_INBOX, clean, Routes.YAML).status()).isZero();
        Path work = folder.resolve("killed");
        Map<String, String> partsByText = partsByText();

        Questions questions = new Questions();
        try (Simulator simulator =
                Simulator.builder().responder(questions).build().start()) {
            String url = simulator.baseUrl(SimulatedDialect.OPENAI);
            // Before the first answer; with rows in the table; at a file's end; again without any progress; late
            killAtQuestion(1, questions, work, url);
            killAtQuestion(10, questions, work, url);
            killAtProgress(work);
            killAtQuestion(1, questions, work, url);
            killAtQuestion(12, questions, work, url);
            Set<String> known = new HashSet<>(Runs.query(work, "select file || '#' || part from documents"));
            assertThat(known).isNotEmpty().hasSizeLessThan(53);

            questions.begin(Integer.MAX_VALUE, () -> {});
            Process last = start(work, url);
            String output = new String(last.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(last.waitFor()).as(output).isZero();
            assertThat(questions.asked(partsByText)).doesNotContainAnyElementsOf(known);
        }
        assertThat(Runs.documents(work)).isEqualTo(Runs.documents(clean));
        assertThat(Runs.files(work)).isEqualTo(Runs.files(clean));
        assertThat(Runs.list(work.resolve("dead-letter"))).isEqualTo(Runs.list(clean.resolve("dead-letter")));
    }

    private static void killAtQuestion(int number, Questions questions, Path work, String url) throws Exception {
        Process[] process = new Process[1];
        synchronized (questions) {
            questions.begin(number, () -> process[0].toHandle().destroyForcibly());
            process[0] = start(work, url);
        }
        String output = new String(process[0].getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process[0].waitFor()).as(output).isNotZero();
        assertThat(output).doesNotContain("Look further");
    }

    /** Kills at the first line that tells of files at their end. The provider falls silent soon, so it comes in time. */
    private static void killAtProgress(Path work) throws Exception {
        Questions questions = new Questions();
        try (Simulator simulator =
                Simulator.builder().responder(questions).build().start()) {
            questions.begin(24, () -> simulator.failNext(1_000, Fault.stallBeforeHead()));
            Process process = start(work, simulator.baseUrl(SimulatedDialect.OPENAI));
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                String read = lines.readLine();
                while (read != null && !read.matches(" +\\d+ of \\d+ files, .*")) {
                    read = lines.readLine();
                }
                assertThat(read).isNotNull();
                process.toHandle().destroyForcibly();
            }
            assertThat(process.waitFor()).isNotZero();
        }
    }

    private static Process start(Path work, String url) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dllm=simulator",
                        "-DbaseUrl=" + url,
                        "-Dworkdir=" + work,
                        Quickstart.class.getName())
                .redirectErrorStream(true)
                .start();
    }

    /** Which part each prompt asks about, as {@code file#part}. */
    private static Map<String, String> partsByText() throws IOException {
        Map<String, String> parts = new HashMap<>();
        for (String file : Runs.list(Runs.SAMPLE_INBOX)) {
            try {
                for (Part part : new Documents().parts(file, Files.readAllBytes(Runs.SAMPLE_INBOX.resolve(file)))) {
                    parts.put(part.text(), file + "#" + part.number());
                }
            } catch (UnreadableDocumentException deadLetter) {
                assertThat(Runs.BAD_SAMPLES).anyMatch(bad -> bad.startsWith(file));
            }
        }
        return parts;
    }

    /** Remembers what was asked, and acts when so many questions have come. */
    private static final class Questions implements Responder {
        private final ConcurrentLinkedQueue<String> texts = new ConcurrentLinkedQueue<>();
        private int left;
        private Runnable action = () -> {};

        synchronized void begin(int actAt, Runnable then) {
            texts.clear();
            left = actAt;
            action = then;
        }

        @Override
        public synchronized ScriptedAnswer answer(ChatRequest request) {
            for (ChatMessage message : request.messages()) {
                if (message instanceof ChatMessage.User user) {
                    texts.add(user.text());
                }
            }
            left--;
            if (left == 0) {
                action.run();
            }
            return Responders.deterministic().answer(request);
        }

        List<String> asked(Map<String, String> partsByText) {
            List<String> parts = new ArrayList<>();
            texts.forEach(text -> {
                assertThat(partsByText).containsKey(text);
                parts.add(partsByText.get(text));
            });
            return parts;
        }
    }
}
