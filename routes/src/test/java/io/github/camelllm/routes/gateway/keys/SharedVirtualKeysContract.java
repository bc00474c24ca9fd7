package io.github.camelllm.routes.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.budget.BudgetDefinition;
import io.github.camelllm.component.LlmComponent;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keys in a database do besides. */
abstract class SharedVirtualKeysContract extends VirtualKeysContract {
    /** The database of the nodes, for looks behind the scenes. */
    abstract DataSource database();

    private List<String> rows(String query) throws SQLException {
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.append(i == 1 ? "" : "|").append(result.getString(i));
                }
                rows.add(row.toString());
            }
            return rows;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void otherNodesSeeChangesAtTheirNextLook() throws Exception {
        try (KeyNode other = newNode(Map.of())) {
            String secret = node.create("{'id':'a','name':'A'}").secret();
            assertThat(other.refusal(secret)).hasMessageContaining("not known here");

            other.keys.refresh();
            assertThat(other.caller(secret)).isEqualTo(node.caller(secret));

            other.keys.revoke("a", "bob");
            node.keys.refresh();
            assertThat(node.refusal(secret)).hasMessageContaining("was revoked at");
        }
    }

    @Test
    void otherNodesLookByThemselves() throws Exception {
        try (KeyNode other = newNode(Map.of("llm.gateway.keys.refreshInterval", "20ms"))) {
            String secret = node.create("{'id':'a','name':'A'}").secret();

            org.awaitility.Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> other.caller(secret).id().equals("a"));
        }
    }

    @Test
    void aBudgetOfAKeyHoldsOnOtherNodes() throws Exception {
        try (KeyNode other = newNode(Map.of())) {
            node.create("{'id':'poor','name':'Poor','budgets':[{'limit':'0.000001 USD','window':'month'}]}");
            other.policies().refresh();

            assertThatThrownBy(() -> other.context
                            .createProducerTemplate()
                            .requestBodyAndHeader(
                                    "llm:openai/gpt-5-mini?maxTokens=20", "Hi", "CamelLlmTag.key", "poor"))
                    .hasStackTraceContaining("budget 'key.poor.1'");
        }
    }

    @Test
    void aKeyComesIntoForceWithItsBudget() throws Exception {
        try (KeyNode other = newNode(Map.of())) {
            String secret = node.create("{'id':'poor','name':'Poor','budgets':[{'limit':'1 USD','window':'month'}]}")
                    .secret();
            other.keys.refresh();
            assertThat(other.caller(secret).id()).isEqualTo("poor");
            assertThat(other.policies().getBudgetDefinitions())
                    .extracting(BudgetDefinition::name)
                    .contains("key.poor.1");
        }
    }

    @Test
    void aKeyWhoseBudgetCannotBeUsedWaitsForIt() throws Exception {
        try (KeyNode other = newNode(Map.of())) {
            String plain = node.create("{'id':'plain','name':'A'}").secret();
            String ends = node.create("{'id':'ends','name':'B','budgets':[{'limit':'1 USD','window':'month'}]}")
                    .secret();
            other.keys.refresh();
            String poor = node.create("{'id':'poor','name':'C','budgets':[{'limit':'1 USD','window':'month'}]}")
                    .secret();
            node.keys.change("plain", KeyNode.json("{'budgets':[{'limit':'2 USD','window':'month'}]}"), "alice");
            node.keys.revoke("ends", "alice");
            execute("insert into llm_policy values ('budget', 'broken', 'limit: lots', 'dba', current_timestamp)");

            other.keys.refresh();
            assertThat(other.refusal(poor)).hasMessageContaining("not known here");
            assertThat(other.refusal(ends)).hasMessageContaining("was revoked at");
            assertThat(other.caller(plain).id()).isEqualTo("plain");
            assertThat(other.keys.ring().get("plain").orElseThrow().grants().budgets())
                    .isEmpty();
            assertThat(other.keys.getProblem()).startsWith("2 keys wait for their budgets and limits");

            execute("delete from llm_policy where name = 'broken'");
            other.keys.refresh();
            assertThat(other.caller(poor).id()).isEqualTo("poor");
            assertThat(other.keys.ring().get("plain").orElseThrow().grants().budgets())
                    .hasSize(1);
            assertThat(other.keys.getProblem()).isNull();
        }
    }

    @Test
    void keysOutliveTheirNodes() throws Exception {
        IssuedKey issued = node.create("{'id':'a','name':'A','models':['x/*'],'tags':{'team':'t'},"
                + "'metadata':{'owner':'Zoë'},'budgets':[{'limit':'5 USD','window':'month'}],'expires':'9d'}");
        IssuedKey rotated = node.keys.rotate("a", Duration.ofHours(1), "alice");
        node.close();
        node = newNode(Map.of());

        assertThat(node.keys.ring().get("a")).contains(rotated.key());
        assertThat(node.caller(issued.secret())).isEqualTo(node.caller(rotated.secret()));
    }

    @Test
    void theDatabaseHoldsHashesOnly() throws Exception {
        IssuedKey issued = node.create("{'id':'a','name':'A'}");
        IssuedKey rotated = node.keys.rotate("a", Duration.ofHours(1), "alice");

        String row = String.join("\n", rows("select * from llm_key"));
        assertThat(row)
                .contains(
                        KeyHash.of(issued.secret()).hex(),
                        KeyHash.of(rotated.secret()).hex());
        assertThat(row)
                .doesNotContain(
                        issued.secret(),
                        issued.secret().substring(12),
                        rotated.secret().substring(12));
    }

    @Test
    void aKeyAndItsBudgetComeTogetherOrNotAtAll() throws Exception {
        execute("alter table llm_policy add constraint no_more check (kind <> 'limit')");

        assertThatThrownBy(() -> node.create("{'id':'a','name':'A','budgets':[{'limit':'5 USD','window':'month'}],"
                        + "'limits':[{'requestsPerMinute':60}]}"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the key a cannot be changed in the database");

        assertThat(rows("select id from llm_key")).isEmpty();
        assertThat(rows("select name from llm_policy")).isEmpty();
        assertThat(rows("select version from llm_key_version")).containsExactly("0");
    }

    @Test
    void aBudgetIsRefusedWhereOtherNodesWouldNotKnowIt() throws Exception {
        try (KeyNode lone = newNode(Map.of())) {
            lone.context.getComponent("llm", LlmComponent.class).setPolicyStore("memory");
            JdbcKeyStore store =
                    new JdbcKeyStore(io.github.camelllm.routes.store.LlmDatabase.open(jdbc()), false, clock, () -> {});
            VirtualKey key = KeyReader.create(
                    KeyNode.json("{'id':'a','name':'A','budgets':[{'limit':'5 USD','window':'month'}]}"),
                    "a",
                    IssuedKey.newSecret(),
                    clock.instant());

            assertThatThrownBy(() -> store.change("a", none -> java.util.Optional.of(key), "alice", lone::policies))
                    .isInstanceOf(KeyRefusal.class)
                    .hasMessageContaining("need camel.component.llm.policy-store=jdbc");
            assertThat(rows("select id from llm_key")).isEmpty();
        }
    }

    /** Properties {@code llm.jdbc.…} without their prefix. */
    Map<String, String> jdbc() {
        return properties().entrySet().stream()
                .filter(property -> property.getKey().startsWith("llm.jdbc."))
                .collect(java.util.stream.Collectors.toMap(
                        property -> property.getKey().substring("llm.jdbc.".length()), Map.Entry::getValue));
    }

    @Test
    void aKeyIsPutBackIfItsBudgetCannotBeUsed() throws Exception {
        node.create("{'id':'a','name':'A'}");
        execute("insert into llm_policy values ('budget', 'broken', 'limit: lots', 'dba', current_timestamp)");
        String before = String.join("\n", rows("select name, definition from llm_key"));

        assertThatThrownBy(() -> node.create("{'id':'b','name':'B','budgets':[{'limit':'5 USD','window':'month'}]}"))
                .isInstanceOf(KeyRefusal.class)
                .hasMessageContaining("the key 'b' was not changed")
                .hasMessageContaining("stored budget broken line 1: 'limit' must be an amount");
        assertThatThrownBy(() -> node.keys.change(
                        "a", KeyNode.json("{'budgets':[{'limit':'5 USD','window':'month'}]}"), "alice"))
                .hasMessageContaining("the key 'a' was not changed");

        assertThat(rows("select name, definition from llm_key")).containsExactly(before);
        assertThat(rows("select name from llm_policy")).containsExactly("broken");
    }

    @Test
    void changesOfTwoNodesAtOnceAreAllKept() throws Exception {
        node.create("{'id':'a','name':'A'}");
        try (KeyNode other = newNode(Map.of())) {
            List<CompletableFuture<?>> changes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int n = i;
                KeyNode one = i % 2 == 0 ? node : other;
                changes.add(CompletableFuture.runAsync(() ->
                        one.create("{'id':'k" + n + "','name':'K','budgets':[{'limit':'5 USD','window':'month'}]}")));
            }
            changes.forEach(CompletableFuture::join);
            node.keys.refresh();
            other.keys.refresh();

            assertThat(node.keys.ring().size()).isEqualTo(21);
            assertThat(other.keys.ring().size()).isEqualTo(21);
            assertThat(rows("select version from llm_key_version")).containsExactly("21");
        }
    }

    @Test
    void eachChangeIsAudited(@TempDir Path journal) throws Exception {
        try (KeyNode audited = newNode(Map.of("llm.ledger.journal", journal.toString()))) {
            audited.create("{'id':'a','name':'A','budgets':[{'limit':'5 USD','window':'month'}]}");
            audited.keys.change("a", KeyNode.json("{'budgets':[{'limit':'7 USD','window':'month'}]}"), "bob");
            audited.keys.rotate("a", Duration.ZERO, "carol");
            audited.keys.revoke("a", "dan");
        }
        List<String> entries = rows("select kind, name, actor, after_text from llm_audit order by actor, kind");
        assertThat(entries).hasSize(6);
        assertThat(entries.get(0)).startsWith("budget|key.a.1|alice|5 USD per month");
        assertThat(entries.get(1)).startsWith("key|a|alice|'A' sk-llm-");
        assertThat(entries.get(2)).startsWith("budget|key.a.1|bob|7 USD per month");
        assertThat(entries.get(3)).startsWith("key|a|carol|'A' sk-llm-").contains("rotated 2026-");
        assertThat(entries.get(4)).isEqualTo("budget|key.a.1|dan|");
        assertThat(entries.get(5)).startsWith("key|a|dan|").contains("revoked 2026-");
    }

    @Test
    void keysThatCouldNotBeReadForTooLongAreNotBelieved() throws Exception {
        String secret = node.create("{'id':'a','name':'A'}").secret();
        execute("alter table llm_key_version rename to away");
        clock.advance(Duration.ofMinutes(59));
        node.keys.refresh();
        assertThat(node.caller(secret).id()).isEqualTo("a");

        clock.advance(Duration.ofMinutes(2));
        node.keys.refresh();
        assertThat(node.refusal(secret).getStatusCode()).isEqualTo(503);

        execute("alter table away rename to llm_key_version");
        node.keys.refresh();
        assertThat(node.caller(secret).id()).isEqualTo("a");
    }
}
