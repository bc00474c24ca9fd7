package io.github.camelllm.call;

import static io.github.camelllm.testing.ScriptedChannel.unavailable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.testing.Heard;
import io.github.camelllm.testing.ManualTimer;
import io.github.camelllm.testing.ScriptedChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CommittingChannelTest {
    private final ManualTimer timer = new ManualTimer();
    private final ScriptedChannel provider = new ScriptedChannel(timer);
    private final Heard heard = new Heard();

    private ScriptedChannel.Attempt send(CommitPolicy policy) {
        ChatRequest request =
                ChatRequest.builder("gpt").message(ChatMessage.User.of("Hi")).build();
        new CommittingChannel<>(provider, timer)
                .send(
                        Call.of(
                                Operation.CHAT,
                                request,
                                provider.target("openai", "gpt", RetryPolicy.NONE, policy),
                                true,
                                Map.of()),
                        heard);
        return provider.last();
    }

    private static CommitPolicy events(int events) {
        return new CommitPolicy(OptionalInt.of(events), OptionalInt.empty(), Optional.empty());
    }

    @Test
    void deliversNothingBeforeTheFirstPieceOfContent() {
        ScriptedChannel.Attempt attempt = send(CommitPolicy.FIRST_PIECE);

        attempt.event(new StreamEvent.Started(Optional.of("id"), Optional.empty(), Optional.empty(), Optional.empty()));
        assertThat(heard.events()).isZero();

        attempt.text("Hello");
        assertThat(heard.events()).isEqualTo(2);
        assertThat(heard.text()).isEqualTo("Hello");
    }

    @Test
    void holdsBackSoManyPieces() {
        ScriptedChannel.Attempt attempt = send(events(3));

        attempt.text("one ");
        attempt.text("two ");
        assertThat(heard.text()).isEmpty();
        attempt.text("three ");
        assertThat(heard.text()).isEqualTo("one two three ");
        attempt.text("four");
        assertThat(heard.text()).isEqualTo("one two three four");
    }

    @Test
    void holdsBackSoManyBytes() {
        ScriptedChannel.Attempt attempt =
                send(new CommitPolicy(OptionalInt.empty(), OptionalInt.of(6), Optional.empty()));

        attempt.text("äö");
        assertThat(heard.text()).isEmpty();
        attempt.text("ü");
        assertThat(heard.text()).isEqualTo("äöü");
    }

    @Test
    void holdsBackForSoLongFromTheFirstPieceOn() {
        ScriptedChannel.Attempt attempt =
                send(new CommitPolicy(OptionalInt.empty(), OptionalInt.empty(), Optional.of(Duration.ofMillis(300))));

        timer.advance(Duration.ofSeconds(5));
        attempt.text("one ");
        timer.advance(Duration.ofMillis(299));
        attempt.text("two ");
        assertThat(heard.text()).isEmpty();
        timer.advance(Duration.ofMillis(1));
        assertThat(heard.text()).isEqualTo("one two ");
        attempt.text("three");
        attempt.complete("one two three");

        assertThat(heard.text()).isEqualTo("one two three");
        assertThat(heard.end()).isEqualTo("completed");
    }

    @Test
    void showsNothingOfAnAnswerThatFailsBefore() {
        ScriptedChannel.Attempt attempt = send(events(3));

        attempt.text("one ");
        attempt.fail(unavailable());

        assertThat(heard.text()).isEmpty();
        assertThat(heard.end()).isEqualTo("failed");
    }

    @Test
    void showsNothingOfAFailedAnswerWhenTheTimeIsUpLater() {
        ScriptedChannel.Attempt attempt =
                send(new CommitPolicy(OptionalInt.empty(), OptionalInt.empty(), Optional.of(Duration.ofMillis(300))));

        attempt.text("one ");
        attempt.fail(unavailable());
        timer.advance(Duration.ofSeconds(1));

        assertThat(heard.text()).isEmpty();
        assertThat(timer.pending()).isZero();
    }

    @Test
    void deliversAnAnswerWholeThatEndsBefore() {
        ScriptedChannel.Attempt attempt = send(events(100));

        attempt.text("short");
        attempt.complete("short");

        assertThat(heard.text()).isEqualTo("short");
        assertThat(heard.end()).isEqualTo("completed");
    }

    @Test
    void refusesBoundsThatCannotBe() {
        assertThatThrownBy(() -> events(0)).hasMessage("commit events must be from 1 to 10000 but is 0");
        assertThatThrownBy(() -> new CommitPolicy(OptionalInt.empty(), OptionalInt.empty(), Optional.empty()))
                .hasMessageContaining("needs a bound");
    }
}
