package io.github.camelllm.routes.race;

import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.call.ExecutorTimer;
import io.github.camelllm.routes.store.BudgetStoreSettings;
import io.github.camelllm.routes.store.JdbcBudgetStore;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.store.LlmRedis;
import io.github.camelllm.routes.store.RedisBudgetStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What is raced for, and where it is kept.
 *
 * @param kind {@code jdbc} or {@code redis}
 * @param url of the database or of Redis
 * @param user of the database; {@code none} for Redis
 * @param threads of each process
 * @param budget billionths that all may spend together
 */
record RaceSetting(String kind, String url, String user, int threads, long budget) {
    static final String TOTAL = "race";
    static final int TEAMS = 4;
    /** The most that one attempt may cost, in billionths. */
    static final long LARGEST = 1_000_000_000;

    static final long SMALLEST = LARGEST / 50;

    private static final Duration NODE_TIMEOUT = Duration.ofSeconds(4);

    static RaceSetting of(String... args) {
        return new RaceSetting(args[0], args[1], args[2], Integer.parseInt(args[3]), Long.parseLong(args[4]));
    }

    List<String> arguments() {
        return List.of(kind, url, user, Integer.toString(threads), Long.toString(budget));
    }

    /** A second level: together the teams may spend more than the whole. */
    long teamBudget() {
        return budget / 100 * 30;
    }

    static String team(int index) {
        return "team/" + index;
    }

    BudgetStore openStore() {
        ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
        ExecutorTimer timer = new ExecutorTimer(clock, Runnable::run);
        BudgetStoreSettings settings =
                new BudgetStoreSettings("race", NODE_TIMEOUT, Duration.ofSeconds(30), 10_000, 100_000);
        if (kind.equals("jdbc")) {
            LlmDatabase database = LlmDatabase.open(
                    Map.of("url", url, "username", user, "maxConnections", "4", "connectTimeout", "30000"));
            return JdbcBudgetStore.start(database, settings, timer, () -> {
                database.close();
                clock.shutdownNow();
            });
        }
        LlmRedis redis = LlmRedis.open(Map.of("uri", url, "timeout", "30s"));
        return RedisBudgetStore.start(redis, settings, timer, () -> {
            redis.close();
            clock.shutdownNow();
        });
    }
}
