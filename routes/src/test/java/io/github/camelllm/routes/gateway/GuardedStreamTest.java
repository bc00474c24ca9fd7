package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What guardrails get to see of a stream, and what becomes of what they cannot see. */
class GuardedStreamTest {
    private static final String END = "data: [DONE]\n\n";

    private final List<String> seen = new ArrayList<>();
    private final Client client = new Client(text -> {});
    private boolean cancelled;

    private static String delta(int choice, String member) {
        return "data: {\"choices\":[{\"index\":" + choice + ",\"delta\":{" + member + "}}]}\n\n";
    }

    private static String text(int choice, String text) {
        return delta(choice, "\"content\":\"" + text + "\"");
    }

    private static String arguments(int call, String text) {
        return delta(
                0,
                "\"tool_calls\":[{\"index\":" + call + ",\"id\":\"c" + call
                        + "\",\"function\":{\"name\":\"f\",\"arguments\":\"" + text + "\"}}]");
    }

    private static String finish(int choice) {
        return "data: {\"choices\":[{\"index\":" + choice + ",\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    }

    /** What gets one chunk for each that it asks for. */
    private final class Source implements Flow.Publisher<ByteBuffer> {
        private final Iterator<String> chunks;

        Source(String... chunks) {
            this.chunks = List.of(chunks).iterator();
        }

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {
                    if (!cancelled && chunks.hasNext()) {
                        subscriber.onNext(ByteBuffer.wrap(chunks.next().getBytes(StandardCharsets.UTF_8)));
                    }
                    if (!cancelled && !chunks.hasNext()) {
                        subscriber.onComplete();
                    }
                }

                @Override
                public void cancel() {
                    cancelled = true;
                }
            });
        }
    }

    private static final class Client implements Flow.Subscriber<ByteBuffer> {
        private final Consumer<String> taken;
        private final StringBuilder got = new StringBuilder();
        private String end = "";

        Client(Consumer<String> taken) {
            this.taken = taken;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer bytes) {
            String text = StandardCharsets.UTF_8.decode(bytes).toString();
            got.append(text);
            taken.accept(text);
        }

        @Override
        public void onError(Throwable failure) {
            end += "failed";
        }

        @Override
        public void onComplete() {
            end += "whole";
        }
    }

    private void stream(Client to, String failOpen, String... chunks) {
        GatewayConfig config = GatewayConfig.of(Map.of("guardrails.window", "8", "guardrails.failOpen", failOpen));
        GatewayRequest request =
                new GatewayRequest(ClientApi.OPENAI, GatewayOperation.CHAT, "/v1/chat/completions", "any", true, 0);
        new GuardedStream(new Source(chunks), request, Optional.empty(), config, (text, then) -> {
                    seen.add(text);
                    then.accept(
                            text.contains("secret")
                                    ? Guardrails.Verdict.refused(Refusals.filtered("no secrets here", "any"))
                                    : new Guardrails.Verdict(Optional.empty(), text));
                })
                .subscribe(to);
    }

    private void expectRefusal(String words) {
        assertThat(client.got).contains(words).doesNotContain("[DONE]");
        assertThat(client.end).isEqualTo("failed");
        assertThat(cancelled).isTrue();
    }

    @Test
    void looksAtEachOfSeveralAnswersByItself() {
        stream(
                client,
                "false",
                text(0, "sec"),
                text(1, "harm"),
                text(0, "ret"),
                text(1, "less"),
                finish(0),
                finish(1),
                END);
        expectRefusal("no secrets here");
        assertThat(client.got).doesNotContain("\"ret\"");
    }

    @Test
    void looksAtEachKindOfWordsByItself() {
        stream(
                client,
                "false",
                arguments(0, "se"),
                arguments(1, "other"),
                text(0, "word"),
                arguments(0, "cret"),
                finish(0),
                END);
        expectRefusal("no secrets here");
    }

    @Test
    void looksAtWhatIsSpoken() {
        stream(client, "false", delta(0, "\"audio\":{\"id\":\"a\",\"transcript\":\"secret\"}"), finish(0), END);
        expectRefusal("no secrets here");
    }

    @Test
    void showsWordsOnceWithTheEndOfThoseBefore() {
        stream(client, "false", text(0, "12345678"), text(0, "abcdefgh"), finish(0), END);
        assertThat(seen).containsExactly("12345678", "78abcdefgh");
        assertThat(client.end).isEqualTo("whole");
        assertThat(client.got).contains("12345678").contains("[DONE]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: {broken\n\n", "data: [1]\n\n"})
    void refusesWhatItCannotRead(String broken) {
        stream(client, "false", text(0, "12345678"), broken, text(0, "secret"), finish(0), END);
        expectRefusal("the answer cannot be read");
        assertThat(client.got).contains("12345678").doesNotContain("secret").doesNotContain(broken);
    }

    @Test
    void refusesAnEventBeyondAllLimits() {
        stream(client, "false", "data: " + "x".repeat(9 << 20), text(0, "secret"), finish(0), END);
        expectRefusal("the answer cannot be read");
        assertThat(client.got).hasSizeLessThan(1_000);
    }

    @Test
    void letsWhatItCannotReadPassIfThatIsMeant() {
        stream(client, "true", text(0, "12345678"), "data: {broken\n\n", text(0, "more"), END);
        assertThat(client.got).contains("broken").contains("more").contains("[DONE]");
        assertThat(client.end).isEqualTo("whole");
    }

    @Test
    void letsAnErrorOfTheStreamPassButNothingBehindIt() {
        String error = "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}\n\n";
        stream(client, "false", text(0, "12345678"), error);
        assertThat(client.got).contains("12345678").endsWith(error);
        Client other = new Client(text -> {});
        stream(other, "false", text(0, "12345678"), error + text(0, "secret"));
        assertThat(other.got).doesNotContain("secret").contains("the answer cannot be read");
    }

    @Test
    void looksAtAnEventWithoutABlankLineBehindIt() {
        stream(
                client,
                "false",
                text(0, "12345678"),
                finish(0).strip() + "\n\n",
                text(0, "secret").strip() + "\n");
        expectRefusal("no secrets here");
    }

    @Test
    void holdsBackWhatItHasHalfOf() {
        String late = text(0, "secret");
        stream(
                client,
                "false",
                text(0, "12345678") + late.substring(0, late.length() - 4),
                late.substring(late.length() - 4),
                finish(0),
                END);
        expectRefusal("no secrets here");
        assertThat(client.got).doesNotContain("secret\"");
    }

    @Test
    void endsWhenItsSubscriberFails() {
        Client failing = new Client(text -> {
            throw new IllegalStateException("the connection is gone");
        });
        stream(failing, "false", text(0, "12345678"), text(0, "12345678"), END);
        assertThat(failing.end).isEqualTo("failed");
        assertThat(cancelled).isTrue();
    }

    @Test
    void letsEventsWithoutWordsPassAtOnce() {
        stream(client, "false", ": ping\n\n", delta(0, "\"content\":\"\""), text(0, "secret"), finish(0), END);
        expectRefusal("no secrets here");
        assertThat(client.got).startsWith(": ping\n\n" + delta(0, "\"content\":\"\""));
        assertThat(seen).containsExactly("secret");
    }

    @Test
    void holdsEventsWithoutWordsBackBehindWordsThatNobodySaw() {
        stream(client, "false", text(0, "sec"), ": ping\n\n", text(0, "ret"), finish(0), END);
        expectRefusal("no secrets here");
        assertThat(client.got).doesNotContain("ping").doesNotContain("sec\"");
    }

    @Test
    void holdsBackABoundedNumberOfBytesThatAreNoText() {
        String speech = delta(0, "\"audio\":{\"data\":\"" + "AAAA".repeat(10_000) + "\"}");
        String[] chunks = new String[10];
        Arrays.fill(chunks, speech);
        chunks[8] = text(0, "secret");
        chunks[9] = END;
        stream(client, "false", chunks);
        expectRefusal("no secrets here");
        // 256 KiB are full with the seventh, and the eighth waits for the words behind it
        assertThat(client.got).startsWith(speech.repeat(7)).hasSizeLessThan(8 * speech.length());
        assertThat(seen).containsExactly("", "secret");
    }
}
