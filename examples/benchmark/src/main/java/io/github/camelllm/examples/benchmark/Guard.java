package io.github.camelllm.examples.benchmark;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;

/** What stands before and after a call. */
enum Guard {
    PLAIN("llm:, waiting threads"),
    BUDGETS("with two budgets in memory"),
    LIMIT("with a limit in memory"),
    LEDGER("with the ledger in H2"),
    GUARDED("with ledger, budgets and limit");

    private final String label;

    Guard(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** Its name in results. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean has(Guard part) {
        return this == part || this == GUARDED && part != PLAIN;
    }

    /**
     * The stores that need no server: the ledger in an H2 file, budgets and limits in memory.
     *
     * @param folder of the ledger
     */
    Properties properties(Path folder) {
        Properties properties = new Properties();
        if (has(LEDGER)) {
            properties.setProperty("llm.jdbc.url", "jdbc:h2:file:" + folder.resolve("ledger"));
            properties.setProperty(
                    "llm.ledger.journal", folder.resolve("journal").toString());
        }
        if (has(BUDGETS)) {
            properties.setProperty("llm.budget.all.limit", "1000000 USD");
            properties.setProperty("llm.budget.all.window", "month");
            properties.setProperty("llm.budget.team.scope.team", "*");
            properties.setProperty("llm.budget.team.limit", "1000000 USD");
            properties.setProperty("llm.budget.team.window", "day");
        }
        if (has(LIMIT)) {
            properties.setProperty("llm.limit.all.requestsPerMinute", "100000000");
            properties.setProperty("llm.limit.all.tokensPerMinute", "1000000000");
            properties.setProperty("llm.limit.all.pace", "burst");
        }
        return properties;
    }
}
