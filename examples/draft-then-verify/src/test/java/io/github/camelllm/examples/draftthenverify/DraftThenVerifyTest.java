package io.github.camelllm.examples.draftthenverify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.FaultPlan;
import io.github.camelllm.simulator.Simulator;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DraftThenVerifyTest {
    @TempDir
    Path out;

    private DraftThenVerify batch(boolean java, FaultPlan faults) throws Exception {
        return new DraftThenVerify(
                DraftThenVerify.samples(),
                Optional.empty(),
                Optional.empty(),
                java,
                out,
                Simulator.builder().faults(faults));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersAllAtOnceAndCorrectsWhatIsWrong(boolean java) throws Exception {
        List<Question> questions = DraftThenVerify.samples();
        DraftThenVerify batch = batch(java, FaultPlan.none());

        DraftThenVerify.Result result = batch.run();

        assertThat(result.unanswered()).isEmpty();
        assertThat(result.unverified()).isEmpty();
        assertThat(result.drafts()).hasSize(questions.size());
        List<String> wrong = questions.stream()
                .filter(question -> !question.simulatedDraft().equals(question.simulatedTruth()))
                .map(Question::id)
                .toList();
        assertThat(wrong).hasSizeGreaterThan(5);
        assertThat(result.corrections())
                .extracting(Corrections.Correction::id)
                .containsExactlyInAnyOrderElementsOf(wrong);
        assertThat(result.corrections())
                .contains(new Corrections.Correction("Q001", "You may return them within 30 days."));
        assertThat(Files.readAllLines(out.resolve("answers.csv"))).hasSize(questions.size() + 1);
        assertThat(Files.readString(out.resolve("corrections.csv")))
                .contains("Q001,\"You may return them within 30 days.\"");

        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        batch.print(result, new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains(wrong.size() + " corrections afterwards, 0 not checked, 0 without answer")
                .contains("You may return them within 14 days.");
    }

    @Test
    void tellsWhatCouldNotBeCheckedAndWhatHasNoAnswer() throws Exception {
        FaultPlan faults = FaultPlan.builder()
                .forModel("gpt-5-mini", Fault.parse("status=503"))
                .build();

        DraftThenVerify.Result result = batch(false, faults).run();

        assertThat(result.drafts()).hasSize(DraftThenVerify.samples().size());
        assertThat(result.corrections()).isEmpty();
        assertThat(result.unverified()).hasSize(DraftThenVerify.samples().size());
    }

    @Test
    void goesOnIfAQuestionGetsNoAnswer() throws Exception {
        FaultPlan faults =
                FaultPlan.builder().onCall(1, Fault.parse("status=400")).build();

        DraftThenVerify.Result result = batch(false, faults).run();

        assertThat(result.unanswered()).containsExactly("Q001");
        assertThat(result.drafts()).hasSize(DraftThenVerify.samples().size() - 1);
    }

    @Test
    void saysWhichLineOfAFileIsWrong() {
        assertThatThrownBy(() -> Question.read("mine.csv", new StringReader("1;How?\n\n2;When?;now\n")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mine.csv, line 3: expected id;question or id;question;draft;truth, got 3 fields");
    }
}
