package io.github.camelllm.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.examples.quickstart.Runs.Outcome;
import io.github.camelllm.examples.quickstart.Settings.Routes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The sample inbox, through both writings of the routes. */
class SampleInboxTest {
    @TempDir
    static Path folder;

    private static final Outcome[] OUTCOMES = new Outcome[Routes.values().length];

    @BeforeAll
    static void runBoth() {
        for (Routes routes : Routes.values()) {
            OUTCOMES[routes.ordinal()] = Runs.run(Runs.SAMPLE_INBOX, work(routes), routes);
        }
    }

    private static Path work(Routes routes) {
        return folder.resolve(routes.name());
    }

    @ParameterizedTest
    @EnumSource(Routes.class)
    void everyFileEndsInTheTableOrInTheDeadLetterFolder(Routes routes) throws Exception {
        List<String> done = Runs.query(work(routes), "select distinct file from documents order by file");
        List<String> dead = Runs.list(work(routes).resolve("dead-letter")).stream()
                .filter(file -> !file.endsWith(".reason.txt"))
                .collect(Collectors.toList());

        assertThat(done).hasSize(41);
        assertThat(dead).hasSize(7);
        List<String> all = new ArrayList<>(done);
        all.addAll(dead);
        assertThat(all).containsExactlyInAnyOrderElementsOf(Runs.list(Runs.SAMPLE_INBOX));
        assertThat(Runs.query(work(routes), "select status, count(*) from files group by status order by status"))
                .containsExactly("dead-letter|7", "done|41");
        assertThat(OUTCOMES[routes.ordinal()].status()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Routes.class)
    void badFilesAreInTheDeadLetterFolderAsTheyWereWithTheReasonBesideThem(Routes routes) throws Exception {
        Path dead = work(routes).resolve("dead-letter");
        for (String sample : Runs.BAD_SAMPLES) {
            String file = sample.substring(0, sample.indexOf(": "));
            String reason = sample.substring(sample.indexOf(": ") + 2);
            assertThat(dead.resolve(file)).hasSameBinaryContentAs(Runs.SAMPLE_INBOX.resolve(file));
            assertThat(Files.readString(dead.resolve(file + ".reason.txt"))).contains(reason);
        }
    }

    @Test
    void yamlAndJavaRoutesGiveTheSameRows() throws Exception {
        assertThat(Runs.documents(work(Routes.JAVA)))
                .hasSize(53)
                .containsExactlyElementsOf(Runs.documents(work(Routes.YAML)));
        assertThat(Runs.files(work(Routes.JAVA))).containsExactlyElementsOf(Runs.files(work(Routes.YAML)));
    }

    @Test
    void tableAtTheEndAgreesWithTheDatabase() throws Exception {
        String output = OUTCOMES[Routes.YAML.ordinal()].output();
        String total = Runs.query(
                        work(Routes.YAML),
                        "select count(*), count(case when urgency = 'high' then 1 end), sum(input_tokens),"
                                + " sum(output_tokens) from documents")
                .get(0);
        String line = output.lines()
                .filter(text -> text.startsWith("total"))
                .findFirst()
                .orElseThrow();

        assertThat(List.of(line.replace(",", "").split("\\s{2,}")).subList(1, 5))
                .isEqualTo(List.of(total.split("\\|")));
        // The simulator has no price: unknown, not free
        assertThat(line).contains("unknown");
        assertThat(output)
                .contains("48 files: 41 in the table, 7 in the dead-letter folder")
                .contains("no model's");
    }

    @Test
    void commandsThatItPrintsRun() throws Exception {
        List<String> commands = OUTCOMES[Routes.YAML.ordinal()]
                .output()
                .lines()
                .filter(line -> line.contains("org.h2.tools.Shell"))
                .collect(Collectors.toList());
        assertThat(commands).hasSize(3);

        Process process = new ProcessBuilder("sh", "-c", commands.get(1).strip())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed).contains("CATEGORY").contains("claim");
    }

    @Test
    void runAgainAsksNothingAndShowsTheSameTable() throws Exception {
        List<String> before = Runs.documents(work(Routes.YAML));

        Outcome again = Runs.run(Runs.SAMPLE_INBOX, work(Routes.YAML), Routes.YAML);

        assertThat(again.status()).isZero();
        assertThat(again.output()).contains("This run: 0 files, 0 answers, 0 failed calls.");
        assertThat(Runs.documents(work(Routes.YAML))).isEqualTo(before);
    }
}
