package io.github.camelllm.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.CacheHit;
import io.github.camelllm.call.Call;
import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.call.CommitPolicy;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.RetryPolicy;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.testing.Heard;
import io.github.camelllm.testing.ManualTimer;
import io.github.camelllm.testing.ScriptedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseCacheTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final ManualTimer timer = new ManualTimer();
    private final ScriptedChannel provider = new ScriptedChannel(timer);
    private final CallTarget target =
            provider.target("openai", "gpt-5-mini", RetryPolicy.NONE, CommitPolicy.FIRST_PIECE);
    private final List<CallRecord> published = new ArrayList<>();
    private CacheStore store = new MemoryCacheStore(1 << 20, timer::nanoTime);
    private ResponseCache<ChatResponse> cache = cache(CacheSettings.DEFAULT);

    private ResponseCache<ChatResponse> cache(CacheSettings settings) {
        return ResponseCache.ofChats(
                store, settings, timer, timer.clock(), Runnable::run, published::add, () -> "2026-09-23");
    }

    /** One caller: what it asks, what it hears. */
    private final class Caller {
        final Heard heard = new Heard();
        private String question = "Where is Ulm?";
        private String namespace = "";
        private boolean stream;
        private CacheControl control = CacheControl.USE;
        private Duration ttl = HOUR;
        private int maxBytes = 1 << 20;
        private Predicate<ChatResponse> acceptable = response -> true;
        private Deadline deadline = Deadline.NONE;
        private Optional<SemanticIndex> index = Optional.empty();
        private Optional<CachedCall.Passed> passed = Optional.empty();

        CallHandle ask() {
            ChatRequest request = ChatRequest.builder("gpt")
                    .message(ChatMessage.User.of(question))
                    .build();
            List<Object> place = List.of("openai");
            return cache.send(
                    new CachedCall<>(
                            ChatKey.of(namespace, place, request),
                            stream,
                            control,
                            new CachedCall.Retention<>(ttl, maxBytes, acceptable),
                            index.map(used -> new CachedCall.Similar(
                                    ChatKey.question(namespace, place, request).orElseThrow(), 0.9, used)),
                            new CachedCall.Asked("openai", "openai", "gpt"),
                            Map.of("team", namespace),
                            deadline,
                            observer -> provider.send(
                                    Call.of(Operation.CHAT, request, target, stream, Map.of())
                                            .withDeadline(deadline),
                                    observer),
                            why -> passed = Optional.of(why)),
                    heard);
        }

        Caller asking(String words) {
            question = words;
            return this;
        }

        Caller of(String tenant) {
            namespace = tenant;
            return this;
        }

        Caller streaming() {
            stream = true;
            return this;
        }

        Caller with(CacheControl wanted) {
            control = wanted;
            return this;
        }

        Caller within(Duration time) {
            deadline = Deadline.after(time, timer);
            return this;
        }

        Optional<CacheHit.Kind> kind() {
            return heard.record().cacheHit().map(CacheHit::kind);
        }
    }

    private Caller answered(Caller caller, String answer) {
        caller.ask();
        provider.last().complete(answer);
        return caller;
    }

    private Caller asked(Caller caller) {
        caller.ask();
        return caller;
    }

    @Test
    void sameQuestionIsAnsweredWithoutTheProvider() {
        Caller first = answered(new Caller(), "On the Danube");
        timer.advance(Duration.ofMinutes(10));
        Caller second = asked(new Caller());

        assertThat(provider.attempts()).hasSize(1);
        assertThat(first.passed).contains(CachedCall.Passed.MISS);
        assertThat(second.passed).isEmpty();
        assertThat(second.heard.response()).isEqualTo(first.heard.response());
        assertThat(second.heard.response().usage()).contains(ScriptedChannel.USAGE);
    }

    @Test
    void hitCostsNothingAndSaysWhatItSaved() {
        Caller first = answered(new Caller().of("acme"), "On the Danube");
        timer.advance(Duration.ofMinutes(10));
        CallRecord hit = asked(new Caller().of("acme")).heard.record();

        assertThat(published).containsExactly(hit);
        assertThat(hit.outcome()).isEqualTo(CallOutcome.SUCCEEDED);
        assertThat(hit.billable()).isFalse();
        assertThat(hit.attempts()).isZero();
        assertThat(hit.usage()).isEmpty();
        assertThat(hit.tags()).containsEntry("team", "acme");
        assertThat(hit.cost().orElseThrow().nanos()).isZero();
        assertThat(hit.cost().orElseThrow().parts().sum()).isZero();
        assertThat(hit.cost().orElseThrow().total().currency()).isEqualTo("USD");
        assertThat(hit.cost().orElseThrow().priceBookVersion())
                .isEqualTo(first.heard.record().cost().orElseThrow().priceBookVersion());
        assertThat(hit.cacheHit())
                .contains(new CacheHit(CacheHit.Kind.EXACT, first.heard.record().cost(), Duration.ofMinutes(10)));
        assertThat(hit.provider()).isEqualTo("openai");
        assertThat(hit.requestModel()).isEqualTo("gpt-5-mini");
    }

    @Test
    void anotherNamespaceAsksForItself() {
        answered(new Caller().of("acme"), "secret of acme");
        Caller other = answered(new Caller().of("umbrella"), "answer of umbrella");

        assertThat(provider.attempts()).hasSize(2);
        assertThat(other.kind()).isEmpty();
    }

    @Test
    void answerIsGoneWhenItsTimeIsUp() {
        answered(new Caller(), "old");
        timer.advance(HOUR);
        Caller later = answered(new Caller(), "new");

        assertThat(provider.attempts()).hasSize(2);
        assertThat(later.heard.response().text()).isEqualTo("new");
    }

    @Test
    void whoWantsYoungerAnswersGetsNoOlderOne() {
        answered(new Caller(), "old");
        timer.advance(Duration.ofMinutes(2));
        Caller impatient = new Caller();
        impatient.ttl = Duration.ofMinutes(1);
        answered(impatient, "new");

        assertThat(asked(new Caller()).heard.response().text()).isEqualTo("new");
    }

    @Test
    void noCacheAsksAndKeepsAndNoStoreKeepsNothing() {
        answered(new Caller(), "first");
        Caller fresh = answered(new Caller().with(CacheControl.NO_CACHE), "second");
        Caller third = asked(new Caller());
        Caller secret = answered(new Caller().with(CacheControl.NO_STORE), "third");
        Caller fifth = asked(new Caller());

        assertThat(fresh.passed).contains(CachedCall.Passed.BYPASS);
        assertThat(third.heard.response().text()).isEqualTo("second");
        assertThat(secret.passed).contains(CachedCall.Passed.BYPASS);
        assertThat(secret.heard.response().text()).isEqualTo("third");
        assertThat(fifth.heard.response().text()).isEqualTo("second");
    }

    @Test
    void hundredCallersAskOnce() {
        List<Caller> callers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            callers.add(asked(new Caller()));
        }
        assertThat(provider.attempts()).hasSize(1);
        assertThat(cache.waiting()).isEqualTo(100);
        provider.last().complete("once");

        assertThat(callers)
                .allSatisfy(caller -> assertThat(caller.heard.response().text()).isEqualTo("once"));
        assertThat(callers.get(0).kind()).isEmpty();
        assertThat(callers.subList(1, 100))
                .allSatisfy(caller -> assertThat(caller.kind()).contains(CacheHit.Kind.COALESCED));
        assertThat(published).hasSize(99);
        assertThat(cache.waiting()).isZero();
        assertThat(cache.counts().coalesced()).isEqualTo(99);
    }

    @Test
    void callsBeyondThoseThatMayWaitGoToTheProvider() {
        cache = cache(new CacheSettings(HOUR, HOUR, HOUR, 2));
        for (int i = 0; i < 5; i++) {
            asked(new Caller());
        }
        assertThat(provider.attempts()).hasSize(3);
    }

    @Test
    void streamIsSharedWhileItComes() {
        Caller first = asked(new Caller().streaming());
        provider.last().text("On the ");
        Caller second = asked(new Caller().streaming());
        Caller whole = asked(new Caller());

        assertThat(second.heard.text()).isEqualTo("On the ");
        provider.last().text("Danube");
        assertThat(second.heard.text()).isEqualTo("On the Danube");
        assertThat(whole.heard.end()).isEqualTo("is under way");
        provider.last().complete("On the Danube");

        assertThat(first.heard.text()).isEqualTo("On the Danube");
        assertThat(second.kind()).contains(CacheHit.Kind.COALESCED);
        assertThat(whole.heard.response().text()).isEqualTo("On the Danube");
        assertThat(provider.attempts()).hasSize(1);
    }

    @Test
    void streamsThatAreSharedHaveCallsOfTheirOwn() {
        Caller first = asked(new Caller().streaming());
        Caller second = asked(new Caller().streaming());
        StreamEvent.Answering asked =
                StreamEvent.Answering.first(provider.last().call().id(), "openai", "gpt-5-mini");
        provider.last().event(asked);
        provider.last().text("On the Danube");
        provider.last().complete("On the Danube");
        Caller third = asked(new Caller().streaming());

        assertThat(first.heard.first()).isEqualTo(asked);
        assertThat(second.heard.first()).isEqualTo(given(second, "coalesced"));
        assertThat(third.heard.first()).isEqualTo(given(third, "hit"));
    }

    private static StreamEvent given(Caller caller, String how) {
        return new StreamEvent.Answering(caller.heard.record().callId(), "openai", "gpt-5-mini", 0, Optional.of(how));
    }

    @Test
    void keptAnswerIsGivenAsAStream() {
        answered(new Caller(), "On the Danube");
        Caller streaming = asked(new Caller().streaming());

        assertThat(streaming.heard.text()).isEqualTo("On the Danube");
        assertThat(streaming.heard.response().text()).isEqualTo("On the Danube");
        assertThat(streaming.heard.first()).isEqualTo(given(streaming, "hit"));
    }

    @Test
    void slowReaderKeepsNobodyAndTheProviderWaitsForTheFastest() {
        Caller slow = new Caller().streaming();
        CallHandle slowHandle = slow.ask();
        Caller fast = new Caller().streaming();
        CallHandle fastHandle = fast.ask();
        slowHandle.pause();
        provider.last().text("one ");

        assertThat(slow.heard.text()).isEmpty();
        assertThat(fast.heard.text()).isEqualTo("one ");
        assertThat(provider.last().isPaused()).isFalse();
        fastHandle.pause();
        assertThat(provider.last().isPaused()).isTrue();
        fastHandle.resume();
        assertThat(provider.last().isPaused()).isFalse();
        provider.last().text("two");
        provider.last().complete("one two");
        assertThat(slow.heard.end()).isEqualTo("is under way");
        slowHandle.resume();

        assertThat(slow.heard.text()).isEqualTo("one two");
        assertThat(slow.heard.end()).isEqualTo("completed");
    }

    @Test
    void whoAskedMayLeaveAndTheOthersGetTheirAnswer() {
        CallHandle first = new Caller().streaming().ask();
        Caller second = asked(new Caller().streaming());
        first.cancel();

        assertThat(provider.last().isCancelled()).isFalse();
        provider.last().complete("still here");
        assertThat(second.heard.response().text()).isEqualTo("still here");
    }

    @Test
    void providerIsCancelledWhenTheLastLeaves() {
        Caller first = new Caller().streaming();
        CallHandle one = first.ask();
        Caller second = new Caller().streaming();
        CallHandle other = second.ask();
        one.cancel();
        other.cancel();

        assertThat(provider.last().isCancelled()).isTrue();
        assertThat(first.heard.end()).isEqualTo("was cancelled");
        assertThat(second.heard.end()).isEqualTo("was cancelled");
        asked(new Caller());
        assertThat(provider.attempts()).hasSize(2);
    }

    @Test
    void outageFailsAllWhoWaitWithTheSameClass() {
        Caller first = asked(new Caller());
        Caller second = asked(new Caller().streaming());
        provider.last().fail(ScriptedChannel.unavailable());

        assertThat(first.heard.failure()).isInstanceOf(LlmUnavailableException.class);
        assertThat(second.heard.failure())
                .isInstanceOf(LlmUnavailableException.class)
                .isNotSameAs(first.heard.failure());
        assertThat(second.heard.failure().isRetryable()).isTrue();
        assertThat(provider.attempts()).hasSize(1);
        assertThat(published).isEmpty();
    }

    @Test
    void wrongKeyIsTheAskersOwnAndTheNextOneAsks() {
        Caller first = asked(new Caller());
        Caller second = asked(new Caller());
        Caller third = asked(new Caller());
        provider.last().fail(ScriptedChannel.failure(ErrorKind.AUTHENTICATION, 401, false, Duration.ZERO));

        assertThat(first.heard.failure()).isInstanceOf(LlmAuthenticationException.class);
        assertThat(second.heard.end()).isEqualTo("is under way");
        assertThat(provider.attempts()).hasSize(2);
        provider.last().complete("yes");
        assertThat(second.kind()).isEmpty();
        assertThat(third.kind()).contains(CacheHit.Kind.COALESCED);
    }

    @Test
    void deadlineOfTheAskerIsNotThatOfOthers() {
        asked(new Caller().within(Duration.ofSeconds(1)));
        Caller patient = asked(new Caller());
        LlmException late = ErrorKind.TIMEOUT.exception("late", ErrorDetails.local("openai", "gpt", "deadline", false));
        provider.last().fail(late);
        provider.last().complete("in time");

        assertThat(patient.heard.response().text()).isEqualTo("in time");
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_rate_limit", "budget_throttled"})
    void limitOfTheAskerIsNotThatOfOthers(String errorType) {
        Caller first = asked(new Caller());
        Caller withRoom = asked(new Caller());
        provider.last()
                .fail(ErrorKind.RATE_LIMITED.exception(
                        "no room", ErrorDetails.local("openai", "gpt", errorType, true)));
        provider.last().complete("there is room");

        assertThat(first.heard.failure()).isInstanceOf(LlmRateLimitedException.class);
        assertThat(withRoom.heard.response().text()).isEqualTo("there is room");
    }

    @Test
    void limitOfTheProviderIsThatOfAll() {
        asked(new Caller());
        Caller second = asked(new Caller());
        provider.last().fail(ScriptedChannel.failure(ErrorKind.RATE_LIMITED, 429, true, Duration.ZERO));

        assertThat(second.heard.failure()).isInstanceOf(LlmRateLimitedException.class);
        assertThat(provider.attempts()).hasSize(1);
    }

    @Test
    void whoWaitsHasADeadlineOfItsOwn() {
        Caller patient = asked(new Caller());
        Caller hasty = asked(new Caller().within(Duration.ofSeconds(1)));
        timer.advance(Duration.ofSeconds(1));

        assertThat(hasty.heard.failure()).isInstanceOf(LlmTimeoutException.class);
        assertThat(patient.heard.end()).isEqualTo("is under way");
        provider.last().complete("here");
        assertThat(patient.heard.response().text()).isEqualTo("here");
    }

    @Test
    void whoHasGotPiecesOfABrokenStreamIsNotAskedForAgain() {
        Caller first = asked(new Caller().streaming());
        Caller second = asked(new Caller().streaming());
        provider.last().text("half");
        provider.last().fail(ScriptedChannel.failure(ErrorKind.AUTHENTICATION, 401, false, Duration.ZERO));

        assertThat(first.heard.end()).isEqualTo("failed");
        assertThat(second.heard.end()).isEqualTo("failed");
        assertThat(provider.attempts()).hasSize(1);
    }

    @Test
    void whoHasGotPiecesOfAStreamFailsWithTheDeadlineOfItsAsker() {
        asked(new Caller().streaming().within(Duration.ofSeconds(5)));
        Caller reading = asked(new Caller().streaming().within(Duration.ofSeconds(60)));
        Caller whole = asked(new Caller().within(Duration.ofSeconds(60)));
        provider.last().text("half");
        provider.last()
                .fail(ErrorKind.TIMEOUT.exception("late", ErrorDetails.local("openai", "gpt", "deadline", false)));
        provider.last().complete("in time");

        assertThat(reading.heard.failure()).isInstanceOf(LlmTimeoutException.class);
        assertThat(whole.heard.response().text()).isEqualTo("in time");
    }

    @Test
    void failedCallIsNotKept() {
        asked(new Caller());
        provider.last().fail(ScriptedChannel.unavailable());
        answered(new Caller(), "now");

        assertThat(provider.attempts()).hasSize(2);
    }

    @Test
    void answerThatIsNotAcceptableIsNotKept() {
        Caller strict = new Caller();
        strict.acceptable = response -> response.text().startsWith("{");
        answered(strict, "no JSON");
        answered(new Caller(), "again");

        assertThat(provider.attempts()).hasSize(2);
    }

    @Test
    void tooLargeAnswerIsNotKept() {
        Caller small = new Caller();
        small.maxBytes = 300;
        answered(small, "x".repeat(300));
        answered(new Caller(), "again");

        assertThat(provider.attempts()).hasSize(2);
    }

    @Test
    void storeThatIsDownIsPassedBy() {
        List<String> reads = new ArrayList<>();
        store = new CacheStore() {
            @Override
            public CompletableFuture<Optional<byte[]>> get(String key) {
                reads.add(key);
                return CompletableFuture.failedFuture(new IllegalStateException("connection refused"));
            }

            @Override
            public CompletableFuture<Void> put(String key, byte[] value, Duration ttl) {
                throw new IllegalStateException("connection refused");
            }
        };
        cache = cache(CacheSettings.DEFAULT);

        Caller first = answered(new Caller(), "anyway");
        Caller second = answered(new Caller(), "anyway");
        assertThat(first.passed).contains(CachedCall.Passed.BYPASS);
        assertThat(second.heard.response().text()).isEqualTo("anyway");
        assertThat(reads).hasSize(1);
        timer.advance(Duration.ofSeconds(1));
        answered(new Caller(), "anyway");
        assertThat(reads).hasSize(2);
        assertThat(cache.counts().storeFailures()).isEqualTo(2);
    }

    @Test
    void storeThatIsSlowIsPassedByAndItsLateAnswerIgnored() {
        CompletableFuture<Optional<byte[]>> reading = new CompletableFuture<>();
        store = new CacheStore() {
            @Override
            public CompletableFuture<Optional<byte[]>> get(String key) {
                return reading;
            }

            @Override
            public CompletableFuture<Void> put(String key, byte[] value, Duration ttl) {
                return new CompletableFuture<>();
            }
        };
        cache = cache(CacheSettings.DEFAULT);

        Caller caller = asked(new Caller());
        assertThat(provider.attempts()).isEmpty();
        timer.advance(CacheSettings.DEFAULT.storeTimeout());
        assertThat(provider.attempts()).hasSize(1);
        reading.complete(Optional.empty());
        provider.last().complete("anyway");

        assertThat(provider.attempts()).hasSize(1);
        assertThat(caller.heard.response().text()).isEqualTo("anyway");
        timer.advance(CacheSettings.DEFAULT.storeTimeout());
        assertThat(cache.waiting()).isZero();
        assertThat(timer.pending()).isZero();
    }

    @Test
    void bytesOfSomebodyElseAreAMiss() {
        ChatRequest request = ChatRequest.builder("gpt")
                .message(ChatMessage.User.of("Where is Ulm?"))
                .build();
        store.put(ChatKey.of("", List.of("openai"), request), new byte[] {1, 2, 3}, HOUR);

        assertThat(answered(new Caller(), "right").passed).contains(CachedCall.Passed.MISS);
    }

    @Test
    void similarQuestionGetsTheAnswerOfTheOther() {
        SemanticIndex index = index();
        Caller first = semantic(index).asking("capital of France?");
        answered(first, "Paris");
        Caller similar = asked(semantic(index).asking("France's capital?"));

        assertThat(provider.attempts()).hasSize(1);
        assertThat(similar.kind()).contains(CacheHit.Kind.SEMANTIC);
        assertThat(similar.heard.response().text()).isEqualTo("Paris");
        assertThat(cache.counts().semanticHits()).isEqualTo(1);
    }

    @Test
    void similarQuestionOfAnotherNamespaceIsNotFound() {
        SemanticIndex index = index();
        answered(semantic(index).asking("capital of France?").of("acme"), "secret of acme");
        Caller other = answered(semantic(index).asking("France's capital?").of("umbrella"), "Paris");

        assertThat(other.kind()).isEmpty();
        assertThat(provider.attempts()).hasSize(2);
    }

    @Test
    void sameNumbersAndNegationsAreNeeded() {
        SemanticIndex index = index();
        answered(semantic(index).asking("pay 12 of it"), "done");
        for (String other : List.of("pay 13 of it", "do not pay 12 of it", "pay 12 of it to Anna")) {
            assertThat(answered(semantic(index).asking(other), "done").kind())
                    .as(other)
                    .isEmpty();
        }
        assertThat(asked(semantic(index).asking("of it pay 12")).kind()).contains(CacheHit.Kind.SEMANTIC);
    }

    @Test
    void searchThatFailsIsAMiss() {
        Caller caller = new Caller();
        caller.index = Optional.of(
                (question, threshold) -> CompletableFuture.failedFuture(new UnsatisfiedLinkError("no native library")));

        assertThat(answered(caller, "anyway").passed).contains(CachedCall.Passed.MISS);
        assertThat(caller.heard.response().text()).isEqualTo("anyway");
    }

    private Caller semantic(SemanticIndex index) {
        Caller caller = new Caller();
        caller.index = Optional.of(index);
        return caller;
    }

    /** Takes all texts for equal. */
    private SemanticIndex index() {
        return new MemorySemanticIndex(
                text -> new float[] {1, 2}, Runnable::run, timer::nanoTime, MemorySemanticIndex.Limits.DEFAULT);
    }
}
