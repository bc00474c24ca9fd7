package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.Money;
import io.github.camelllm.testing.ManualTimer;
import io.github.camelllm.testing.ScriptedChannel;
import io.github.camelllm.tokens.TokenCounter;
import io.github.camelllm.tokens.Tokenizers;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatSizeTest {
    private static final TokenCounter COUNTER = TokenCounter.using(Tokenizers.NONE);

    private static final ChatRequest QUESTION =
            ChatRequest.builder("gpt-5-mini").message(ChatMessage.User.of("Hi")).build();

    private static AttemptSize size(ChatRequest request, OptionalLong longestAnswer) {
        CallTarget target = ScriptedChannel.target(
                "openai",
                "gpt-5-mini",
                RetryPolicy.NONE,
                CommitPolicy.FIRST_PIECE,
                StreamLimits.DEFAULT,
                new ManualTimer());
        return new ChatSize(request, limited(target, longestAnswer), COUNTER, COUNTER);
    }

    private static CallTarget limited(CallTarget target, OptionalLong longestAnswer) {
        return new CallTarget(
                target.provider(),
                "http://localhost",
                target.dialect(),
                target.wire(),
                target.credentials(),
                Map.of(),
                target.timeouts(),
                1 << 24,
                1 << 24,
                Optional.empty(),
                Optional.empty(),
                RetryPolicy.NONE,
                CommitPolicy.FIRST_PIECE,
                StreamLimits.DEFAULT,
                target.health(),
                new ModelLimits(OptionalLong.empty(), longestAnswer));
    }

    @ParameterizedTest
    @CsvSource({"-2000000, 100", "-5, 100", "0, 100", "1, 1", "7, 7"})
    void numberOfTokensBelowOneIsNone(int asked, long most) {
        ChatRequest request = QUESTION.toBuilder().maxOutputTokens(asked).build();

        assertThat(size(request, OptionalLong.of(100)).mostOutputTokens()).hasValue(most);
    }

    @Test
    void numberOfTokensBelowOneIsNoBoundWhereTheModelHasNone() {
        ChatRequest request = QUESTION.toBuilder().maxOutputTokens(-1).build();

        assertThat(size(request, OptionalLong.empty()).mostOutputTokens()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"-3, 7", "0, 7", "1, 7", "3, 21"})
    void thereIsAtLeastOneAnswer(int answers, long most) {
        ChatRequest request = QUESTION.toBuilder().maxOutputTokens(7).n(answers).build();

        assertThat(size(request, OptionalLong.of(100)).mostOutputTokens()).hasValue(most);
    }

    @Test
    void whatIsSetAsideIsAsMuchWithoutABoundAsWithOneBelowOne() {
        ChatRequest negative = QUESTION.toBuilder().maxOutputTokens(-2_000_000).build();

        assertThat(most(negative)).isEqualTo(most(QUESTION));
        assertThat(most(negative).amount()).isPositive();
    }

    private static Money most(ChatRequest request) {
        AttemptSize size = size(request, OptionalLong.of(128_000));
        Attempt attempt = new Attempt(
                CallId.next(),
                CallId.next(),
                Operation.CHAT,
                ScriptedChannel.target(
                        "openai",
                        "gpt-5-mini",
                        RetryPolicy.NONE,
                        CommitPolicy.FIRST_PIECE,
                        StreamLimits.DEFAULT,
                        new ManualTimer()),
                false,
                Map.of(),
                Deadline.NONE,
                size,
                Instant.parse("2026-11-25T12:00:00Z"));
        return Guards.most(attempt, Pricing.builtIn(), false).orElseThrow();
    }
}
