package io.github.camelllm.routes.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.limit.SharedLimitStore;
import io.github.camelllm.routes.testing.Postgres;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class JdbcLimitStoreTest extends SharedLimitStoreContract {
    private static DataSource database;
    private static JdbcLimitStore one;
    private static JdbcLimitStore two;

    /** Properties {@code llm.jdbc.…} for an empty database. */
    static Map<String, String> properties(DataSource database) {
        PGSimpleDataSource source = (PGSimpleDataSource) database;
        return Map.of(
                "url",
                source.getUrl(),
                "username",
                String.valueOf(source.getUser()),
                "password",
                source.getPassword() == null ? "" : source.getPassword());
    }

    private static JdbcLimitStore open(Map<String, String> properties) {
        LlmDatabase opened = LlmDatabase.open(properties);
        return JdbcLimitStore.open(opened, opened);
    }

    @BeforeAll
    static void start() {
        database = Postgres.plain().databaseWithTables();
        one = open(properties(database));
        two = open(properties(database));
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
    }

    @Override
    SharedLimitStore one() {
        return one;
    }

    @Override
    SharedLimitStore two() {
        return two;
    }

    @Override
    void forgetNodes() throws Exception {
        Postgres.execute(database, "update llm_limit_node set seen_at = now() - interval '1 minute'");
    }

    @Test
    void wantsADatabaseThatNodesCanShare() {
        assertThatThrownBy(() -> open(Map.of("url", "jdbc:h2:mem:limits")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("llm.jdbc.url must begin with jdbc:postgresql:");
    }
}
