package io.github.camelllm.routes.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.chat.LlmBudgetExceededException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.routes.testing.ManualClock;
import io.github.camelllm.simulator.Simulator;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What virtual keys do, wherever they are kept. */
abstract class VirtualKeysContract {
    final ManualClock clock = new ManualClock();
    final Simulator simulator = Simulator.started();
    KeyNode node;

    /** Properties of a node with keys in this store. */
    abstract Map<String, String> properties();

    @BeforeEach
    void start() throws Exception {
        node = newNode(Map.of());
    }

    KeyNode newNode(Map<String, String> more) throws Exception {
        Map<String, String> all = new HashMap<>(properties());
        all.putAll(more);
        return new KeyNode(simulator, clock, all);
    }

    @AfterEach
    void stop() {
        node.close();
        simulator.close();
    }

    @Test
    void aKeyLetsItsCallerInWithTagsAndModels() {
        IssuedKey issued = node.create(
                "{'id':'marketing','name':'Marketing','models':['openai/*'],'tags':{'team':'marketing'},'expires':'90d'}");

        assertThat(issued.secret()).matches("sk-llm-[A-Za-z0-9_-]{43}");
        Caller caller = node.caller(issued.secret());
        assertThat(caller.id()).isEqualTo("marketing");
        assertThat(caller.tags()).isEqualTo(Map.of("team", "marketing", "key", "marketing"));
        assertThat(caller.mayUse("openai/gpt-5-mini")).isTrue();
        assertThat(caller.mayUse("anthropic/claude-haiku-4-5")).isFalse();
        assertThat(caller.expires()).contains(clock.instant().plus(Duration.ofDays(90)));
    }

    @Test
    void everyKeyHasASecretAndAnIdOfItsOwn() {
        IssuedKey one = node.create("{'name':'One'}");
        IssuedKey other = node.create("{'name':'One'}");

        assertThat(one.secret()).isNotEqualTo(other.secret());
        assertThat(one.key().id())
                .matches("[a-z0-9]{10}")
                .isNotEqualTo(other.key().id());
        assertThat(node.caller(other.secret()).id()).isEqualTo(other.key().id());
    }

    @Test
    void nobodyElseIsLetIn() {
        String secret = node.create("{'name':'One'}").secret();
        for (String wrong : List.of(
                "",
                "sk-llm-",
                secret + "x",
                secret.substring(0, secret.length() - 1),
                secret.toLowerCase(java.util.Locale.ROOT),
                IssuedKey.newSecret(),
                "sk-llm-" + "x".repeat(100_000),
                "sk-proj-abc",
                node.create("{'name':'Two'}").key().hash().hex())) {
            LlmException refusal = node.refusal(wrong);
            assertThat(refusal).isInstanceOf(LlmAuthenticationException.class);
            assertThat(refusal.getStatusCode()).isEqualTo(401);
        }
    }

    @Test
    void anIdIsNotUsedTwice() {
        node.create("{'id':'a','name':'A'}");
        node.keys.revoke("a", "alice");

        assertThatThrownBy(() -> node.create("{'id':'a','name':'B'}"))
                .isInstanceOf(KeyRefusal.class)
                .hasMessage("there is a key with the id 'a' already; ids are not used again");
    }

    @Test
    void anExpiredKeyIsRefusedFromThatMomentOn() {
        String secret = node.create("{'id':'a','name':'A','expires':'1h'}").secret();
        clock.advance(Duration.ofHours(1).minusMillis(1));
        assertThat(node.caller(secret).id()).isEqualTo("a");
        clock.advance(Duration.ofMillis(1));

        assertThat(node.refusal(secret)).hasMessageStartingWith("gateway: the key 'a' expired at ");
        assertThatThrownBy(() -> node.keys.rotate("a", Duration.ZERO, "alice")).hasMessageContaining("has expired");
    }

    @Test
    void aRotatedKeyHasBothSecretsForTheGraceTime() {
        String old = node.create("{'id':'a','name':'A'}").secret();
        String young = node.keys.rotate("a", Duration.ofHours(2), "alice").secret();

        assertThat(node.caller(old)).isEqualTo(node.caller(young));
        clock.advance(Duration.ofHours(2));
        node.keys.refresh();
        assertThat(node.refusal(old)).hasMessageContaining("the key 'a' has another secret, and this one ended at");
        assertThat(node.caller(young).id()).isEqualTo("a");
    }

    @Test
    void withoutGraceTheOldSecretEndsAtOnce() {
        String old = node.create("{'id':'a','name':'A'}").secret();
        String young = node.keys.rotate("a", Duration.ZERO, "alice").secret();

        assertThat(node.refusal(old)).hasMessage("gateway: the key is not known here");
        assertThat(node.caller(young).id()).isEqualTo("a");
    }

    @Test
    void aRevokedKeyEndsAtOnceWithAllItsSecrets() {
        String old = node.create("{'id':'a','name':'A'}").secret();
        String young = node.keys.rotate("a", Duration.ofHours(2), "alice").secret();
        node.keys.revoke("a", "alice");

        assertThat(node.refusal(young)).hasMessageStartingWith("gateway: the key 'a' was revoked at ");
        assertThat(node.refusal(old)).hasMessage("gateway: the key is not known here");
        assertThatThrownBy(() -> node.keys.rotate("a", Duration.ZERO, "alice")).hasMessageContaining("stays so");
        assertThatThrownBy(() -> node.keys.change("a", KeyNode.json("{'name':'B'}"), "alice"))
                .hasMessageContaining("was revoked at");
    }

    @Test
    void whoWasLetInBeforeMayWhatTheirKeyMayToday() {
        Caller before = node.caller(node.create("{'id':'a','name':'A','expires':'2h','models':['openai/*']}")
                .secret());
        assertThat(node.current(before)).isEqualTo(before);

        node.keys.change("a", KeyNode.json("{'models':['anthropic/*'],'tags':{'team':'t'}}"), "alice");
        assertThat(node.current(before).models()).containsExactly("anthropic/*");
        assertThat(node.current(before).tags()).containsEntry("team", "t");

        clock.advance(Duration.ofHours(2));
        node.keys.refresh();
        assertThatThrownBy(() -> node.current(before)).hasMessageContaining("the key 'a' expired at ");
        node.keys.revoke("a", "alice");
        assertThatThrownBy(() -> node.current(before)).hasMessageContaining("the key 'a' was revoked at ");
        assertThatThrownBy(() -> node.current(new Caller("b", Map.of(), List.of(), Optional.empty())))
                .hasMessageContaining("the key 'b' is not known here any more");
    }

    @Test
    void aChangeReplacesOnlyWhatItNames() {
        IssuedKey issued =
                node.create("{'id':'a','name':'A','models':['openai/*'],'tags':{'team':'t'},'expires':'1h'}");
        node.keys.change("a", KeyNode.json("{'models':[],'expires':null}"), "alice");

        Caller caller = node.caller(issued.secret());
        assertThat(caller.models()).isEmpty();
        assertThat(caller.expires()).isEmpty();
        assertThat(caller.tags()).containsEntry("team", "t");
        assertThatThrownBy(() -> node.keys.change("b", KeyNode.json("{'name':'B'}"), "alice"))
                .isInstanceOf(KeyRefusal.class)
                .hasMessage("there is no key with the id 'b'");
    }

    private Object ask(KeyNode asked, String key) {
        return asked.context
                .createProducerTemplate()
                .requestBodyAndHeader("llm:openai/gpt-5-mini?maxTokens=20", "Hi", "CamelLlmTag.key", key);
    }

    @Test
    void aKeysBudgetHoldsForItsCallsOnly() {
        node.create("{'id':'poor','name':'Poor','budgets':[{'limit':'0.000001 USD','window':'month'}]}");
        node.create("{'id':'rich','name':'Rich','budgets':[{'limit':'5 USD','window':'month'},"
                + "{'limit':'1 USD','window':'day','scope':{'model':'gpt-5-mini'}}]}");

        assertThatThrownBy(() -> ask(node, "poor"))
                .isInstanceOf(CamelExecutionException.class)
                .cause()
                .isInstanceOf(LlmBudgetExceededException.class)
                .hasMessageContaining("budget 'key.poor.1'");
        assertThat(ask(node, "rich")).isNotNull();
        assertThat(node.policies().getBudgets())
                .extracting(row -> row.get("budget"))
                .contains("key.rich.1", "key.rich.2");
    }

    @Test
    void aKeysLimitHoldsForItsCallsOnly() {
        node.create("{'id':'slow','name':'Slow','limits':[{'requestsPerDay':1,'wait':0}]}");

        assertThat(ask(node, "slow")).isNotNull();
        assertThatThrownBy(() -> ask(node, "slow"))
                .cause()
                .isInstanceOf(LlmRateLimitedException.class)
                .hasMessageContaining("key.slow.1");
        assertThat(ask(node, "other")).isNotNull();
    }

    @Test
    void budgetsAndLimitsEndWithTheirKeyOrWhenAChangeTakesThemAway() {
        node.create("{'id':'a','name':'A','budgets':[{'limit':'0.000001 USD','window':'month'}]}");
        node.create("{'id':'b','name':'B','budgets':[{'limit':'0.000001 USD','window':'month'}]}");
        node.keys.revoke("a", "alice");
        node.keys.change("b", KeyNode.json("{'budgets':null}"), "alice");

        assertThat(ask(node, "a")).isNotNull();
        assertThat(ask(node, "b")).isNotNull();
    }

    @Test
    void nothingIsGivenOutIfADefinitionIsWrong() {
        assertThatThrownBy(() -> node.create("{'id':'a','name':'A','budgets':[{'limit':'lots','window':'month'}]}"))
                .hasMessageContaining("body.budgets[0] line 2: 'limit' must be an amount such as 500 USD");
        assertThat(node.keys.ring().get("a")).isEmpty();
    }

    @Test
    void noTextShowsASecretOrAHash() {
        IssuedKey issued = node.create("{'id':'a','name':'A'}");
        IssuedKey rotated = node.keys.rotate("a", Duration.ofHours(1), "alice");
        VirtualKey key = rotated.key();

        for (Object shown : List.of(
                issued,
                rotated,
                key,
                key.auditLine(),
                key.hash(),
                key.previous().orElseThrow(),
                node.keys.settings(),
                KeyJson.of(key, clock.instant(), false),
                node.caller(rotated.secret()),
                node.keys)) {
            assertThat(shown.toString())
                    .doesNotContain(issued.secret(), rotated.secret(), KeyNode.ADMIN)
                    .doesNotContain(
                            key.hash().hex(), KeyHash.of(issued.secret()).hex());
        }
    }
}
