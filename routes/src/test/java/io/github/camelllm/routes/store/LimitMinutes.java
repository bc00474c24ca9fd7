package io.github.camelllm.routes.store;

import io.github.camelllm.simulator.RateLimit;
import java.time.Duration;
import java.util.Properties;

/**
 * Eight nodes with one Redis, for three minutes against 100 requests and 10,000 tokens a minute that are counted over the last
 * sixty seconds at any time. The last line says how many 429 came, and how much of the limit was used.
 */
public final class LimitMinutes {
    private LimitMinutes() {}

    public static void main(String[] arguments) throws Exception {
        Duration time = Duration.ofSeconds(arguments.length > 0 ? Long.parseLong(arguments[0]) : 180);
        EightClients.Result result;
        try (RedisProcess redis = new RedisProcess()) {
            Properties properties = new Properties();
            properties.setProperty("llm.redis.uri", redis.uri());
            System.out.println("8 nodes, 100 requests and 10000 tokens a minute, " + time.toSeconds() + " s");
            result = new EightClients(Duration.ofMinutes(1), RateLimit.Counting.SLIDING, 100, 10_000)
                    .run(8, "redis", properties, time);
        }
        System.out.println(result.calls() + " calls answered, " + result.failed() + " failed otherwise");
        System.out.println(result);
        System.exit(result.refused() == 0 && result.failed() == 0 && result.used() >= 0.95 ? 0 : 1);
    }
}
