package io.github.camelllm.routes.gateway.keys;

import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

class H2VirtualKeysTest extends SharedVirtualKeysContract {
    private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";LOCK_TIMEOUT=30000";

    @Override
    Map<String, String> properties() {
        return Map.of("llm.gateway.keys.store", "jdbc", "llm.jdbc.url", url);
    }

    @Override
    DataSource database() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(url + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE");
        source.setUser("sa");
        return source;
    }
}
