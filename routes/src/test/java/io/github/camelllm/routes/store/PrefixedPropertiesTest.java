package io.github.camelllm.routes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class PrefixedPropertiesTest {
    private static final String NODE = "llm.ledger.node";

    @Test
    void findsThoseOfAPrefixWithPlaceholdersFilledInAndLetsTheJvmWin() {
        CamelContext context = new DefaultCamelContext();
        Properties own = new Properties();
        own.putAll(Map.of(
                NODE, "one", "llm.ledger.journal", "{{folder}}/journal", "folder", "/data", "llm.jdbc.url", "x"));
        context.getPropertiesComponent().setInitialProperties(own);

        assertThat(PrefixedProperties.of(context, "llm.ledger."))
                .isEqualTo(Map.of("node", "one", "journal", "/data/journal"));
        System.setProperty(NODE, "two");
        try {
            assertThat(PrefixedProperties.of(context, "llm.ledger."))
                    .isEqualTo(Map.of("node", "two", "journal", "/data/journal"));
        } finally {
            System.clearProperty(NODE);
        }
    }
}
