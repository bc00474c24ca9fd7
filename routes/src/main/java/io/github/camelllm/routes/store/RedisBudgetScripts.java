package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStore.Balance;
import io.github.camelllm.budget.BudgetStore.Claim;
import io.github.camelllm.budget.BudgetStore.Decision;
import io.github.camelllm.budget.BudgetStore.Expired;
import io.github.camelllm.budget.BudgetStore.Settlement;
import io.github.camelllm.budget.BudgetStore.Window;
import io.github.camelllm.budget.BudgetStoreException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** The scripts of budgets: what they are given, and what their answers mean. Thread-safe. */
final class RedisBudgetScripts {
    /** The last second of the year 9999. */
    private static final long LAST_SECOND = 253_402_300_799L;

    private static final long KEEP_EXPIRED_MILLIS = Duration.ofDays(7).toMillis();
    private static final int MAX_EXPIRED = 500;
    /** Members of an answer before those that differ: what it is, epoch, changes, accounts that were restored. */
    private static final int HEAD = 4;

    private final RedisScript reserve = RedisScript.of("budget-common.lua", "budget-reserve.lua");
    private final RedisScript settle = RedisScript.of("budget-common.lua", "budget-settle.lua");
    private final RedisScript balances = RedisScript.of("budget-common.lua", "budget-balances.lua");
    private final RedisScript alive = RedisScript.of("budget-common.lua", "budget-alive.lua");

    private final String epochKey;
    private final String accounts;
    private final String holds;
    private final String nodes;
    private final String nodeHolds;
    private final Duration nodeTimeout;
    private final SeenBalances seen;
    private final Runnable whenDataLost;
    private final LongConsumer whenRestored;
    private final String newEpochs = UUID.randomUUID().toString();
    private final AtomicLong epochs = new AtomicLong();

    /**
     * @param keyPrefix with a name in braces, so that a cluster keeps all keys on one node
     * @param whenDataLost hears that the data are not those any more that were seen before
     * @param whenRestored hears how many accounts were put back
     */
    RedisBudgetScripts(
            String keyPrefix,
            Duration nodeTimeout,
            SeenBalances seen,
            Runnable whenDataLost,
            LongConsumer whenRestored) {
        this.epochKey = keyPrefix + "budget:epoch";
        this.accounts = keyPrefix + "budget:account:";
        this.holds = keyPrefix + "budget:attempt:";
        this.nodes = keyPrefix + "budget:nodes";
        this.nodeHolds = keyPrefix + "budget:node:";
        this.nodeTimeout = nodeTimeout;
        this.seen = seen;
        this.whenDataLost = whenDataLost;
        this.whenRestored = whenRestored;
    }

    /** How Redis found this process, and what it charged whole. */
    record Life(String word, List<Expired> expired, boolean more) {
        Life {
            expired = List.copyOf(expired);
        }
    }

    CompletableFuture<Decision> reserve(
            StatefulRedisConnection<String, String> connection, String node, UUID attempt, List<Claim> claims) {
        List<String> keys = new ArrayList<>(List.of(epochKey, holds + attempt, nodes, nodeHolds + node));
        List<String> arguments = begin(attempt.toString(), node, Long.toString(nodeTimeout.toMillis()));
        for (Claim claim : claims) {
            keys.add(accounts + claim.hold().account());
            arguments.add(claim.hold().account());
            arguments.add(Long.toString(claim.fromPeriod()));
            arguments.add(Long.toString(claim.hold().period()));
            arguments.add(Long.toString(claim.hold().nanos()));
            arguments.add(
                    claim.limitNanos().isPresent()
                            ? Long.toString(claim.limitNanos().getAsLong())
                            : "");
            arguments.add(Long.toString(Math.min(claim.forgetAfter().getEpochSecond(), LAST_SECOND)));
            addSeen(arguments, claim.hold().account());
        }
        return run(connection, reserve, keys, arguments).thenApply(answer -> {
            String word = (String) answer.get(0);
            if (word.equals("over")) {
                throw new BudgetStoreException(
                        "attempt " + attempt + " is over: nothing can be set aside for it", null);
            }
            if (word.equals("refused")) {
                int index = Integer.parseInt((String) answer.get(HEAD));
                Window window = claims.get(index).window();
                return new Decision.Refused(index, saw(answer, HEAD + 1, window));
            }
            return new Decision.Granted(
                    saw(answer, claims.stream().map(Claim::window).toList()));
        });
    }

    /** @param late whether it may have been booked so long ago that Redis does not know it any more */
    CompletableFuture<List<Balance>> settle(
            StatefulRedisConnection<String, String> connection, UUID id, List<Settlement> settlements, boolean late) {
        List<String> keys = new ArrayList<>(List.of(epochKey, holds + id));
        List<String> arguments = begin(
                id.toString(), accounts, nodeHolds, Long.toString(SettledMemory.KEPT.toMillis()), late ? "late" : "");
        for (Settlement settlement : settlements) {
            keys.add(accounts + settlement.hold().account());
            arguments.add(Long.toString(settlement.fromPeriod()));
            arguments.add(Long.toString(settlement.hold().period()));
            arguments.add(Long.toString(settlement.chargedNanos()));
            addSeen(arguments, settlement.hold().account());
        }
        return run(connection, settle, keys, arguments).thenApply(answer -> {
            if (answer.get(0).equals("late")) {
                SettledMemory.tellNotBooked(id);
            }
            return saw(answer, settlements.stream().map(BudgetArguments::window).toList());
        });
    }

    CompletableFuture<List<Balance>> balances(
            StatefulRedisConnection<String, String> connection, List<Window> windows) {
        List<String> keys = new ArrayList<>(List.of(epochKey));
        List<String> arguments = begin();
        for (Window window : windows) {
            keys.add(accounts + window.account());
            arguments.add(Long.toString(window.fromPeriod()));
            arguments.add(Long.toString(window.toPeriod()));
            addSeen(arguments, window.account());
        }
        return run(connection, balances, keys, arguments).thenApply(answer -> {
            List<Balance> told = new ArrayList<>();
            for (int i = 0; i < windows.size(); i++) {
                told.add(balance(answer, HEAD + 2 * i, windows.get(i).account()));
            }
            return told;
        });
    }

    CompletableFuture<Life> alive(StatefulRedisConnection<String, String> connection, String node) {
        List<String> arguments = begin(
                node,
                Long.toString(nodeTimeout.toMillis()),
                accounts,
                holds,
                nodeHolds,
                Integer.toString(MAX_EXPIRED),
                Long.toString(KEEP_EXPIRED_MILLIS));
        return run(connection, alive, List.of(epochKey, nodes), arguments).thenApply(answer -> {
            List<Expired> expired = new ArrayList<>();
            for (int i = HEAD + 1; i < answer.size(); i += 3) {
                expired.add(new Expired(
                        (String) answer.get(i), Long.parseLong((String) answer.get(i + 1)), Long.parseLong((String)
                                answer.get(i + 2))));
            }
            return new Life((String) answer.get(0), expired, answer.get(HEAD).equals("more"));
        });
    }

    private List<String> begin(String... own) {
        SeenBalances.Position position = seen.position();
        List<String> arguments = new ArrayList<>();
        arguments.add(newEpochs + '-' + epochs.incrementAndGet());
        arguments.add(Long.toString(position.changes()));
        arguments.add(position.epoch());
        arguments.addAll(List.of(own));
        return arguments;
    }

    private void addSeen(List<String> arguments, String account) {
        SeenBalances.Seen before = seen.of(account);
        arguments.add(before.epoch());
        arguments.add(Long.toString(before.total()));
        arguments.add(Long.toString(before.toPeriod()));
    }

    private CompletableFuture<List<Object>> run(
            StatefulRedisConnection<String, String> connection,
            RedisScript script,
            List<String> keys,
            List<String> arguments) {
        return script.run(connection, keys.toArray(new String[0]), arguments.toArray(new String[0]))
                .thenApply(answer -> {
                    if (seen.moved((String) answer.get(1), Long.parseLong((String) answer.get(2)))) {
                        whenDataLost.run();
                    }
                    long restored = (Long) answer.get(3);
                    if (restored > 0) {
                        whenRestored.accept(restored);
                    }
                    return answer;
                });
    }

    private List<Balance> saw(List<Object> answer, List<Window> windows) {
        List<Balance> balances = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            balances.add(saw(answer, HEAD + 2 * i, windows.get(i)));
        }
        return balances;
    }

    private Balance saw(List<Object> answer, int index, Window window) {
        Balance balance = balance(answer, index, window.account());
        seen.saw((String) answer.get(1), window, balance);
        return balance;
    }

    private static Balance balance(List<Object> answer, int index, String account) {
        return new Balance(
                account, Long.parseLong((String) answer.get(index)), Long.parseLong((String) answer.get(index + 1)));
    }
}
