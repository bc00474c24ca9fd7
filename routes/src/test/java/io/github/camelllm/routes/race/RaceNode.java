package io.github.camelllm.routes.race;

import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.budget.BudgetStore.Claim;
import io.github.camelllm.budget.BudgetStore.Decision;
import io.github.camelllm.budget.BudgetStore.Settlement;
import io.github.camelllm.budget.BudgetStoreException;
import io.github.camelllm.call.CallId;
import io.github.camelllm.call.Hold;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One of the processes: its threads set aside the most that an attempt can cost, ask the provider, hear what it cost and settle,
 * until the budget is used up. Its arguments are those of {@link RaceSetting}, the provider's port and a seed.
 */
final class RaceNode {
    private static final Instant FORGET = Instant.parse("2100-01-01T00:00:00Z");

    private final BudgetStore store;
    private final RaceSetting setting;
    private final PrintStream toProvider;
    private final Map<UUID, CompletableFuture<Long>> asked = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> mayBegin = new CompletableFuture<>();

    private RaceNode(BudgetStore store, RaceSetting setting, Socket provider) throws IOException {
        this.store = store;
        this.setting = setting;
        this.toProvider = new PrintStream(provider.getOutputStream(), false, StandardCharsets.UTF_8);
    }

    public static void main(String[] args) throws Exception {
        RaceSetting setting = RaceSetting.of(args);
        int port = Integer.parseInt(args[args.length - 2]);
        SplittableRandom random = new SplittableRandom(Long.parseLong(args[args.length - 1]));
        try (BudgetStore store = openStore(setting);
                Socket provider = new Socket(InetAddress.getLoopbackAddress(), port)) {
            provider.setTcpNoDelay(true);
            RaceNode node = new RaceNode(store, setting, provider);
            Thread answers = new Thread(() -> node.hear(provider), "answers");
            answers.setDaemon(true);
            answers.start();
            node.mayBegin.join();
            Thread[] threads = new Thread[setting.threads()];
            for (int i = 0; i < threads.length; i++) {
                SplittableRandom own = random.split();
                threads[i] = new Thread(() -> node.spend(own), "spender-" + i);
                threads[i].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    /** With its connection made and its tables there. */
    private static BudgetStore openStore(RaceSetting setting) {
        BudgetStore store = setting.openStore();
        store.balances(List.of()).join();
        return store;
    }

    private void hear(Socket provider) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(provider.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("go")) {
                    mayBegin.complete(null);
                    continue;
                }
                String[] words = line.split(" ");
                CompletableFuture<Long> waiting = asked.remove(UUID.fromString(words[0]));
                if (waiting != null) {
                    waiting.complete(Long.parseLong(words[1]));
                }
            }
        } catch (IOException e) {
            asked.values().forEach(waiting -> waiting.completeExceptionally(e));
        }
    }

    private void tell(String line) {
        synchronized (toProvider) {
            toProvider.print(line + "\n");
            toProvider.flush();
        }
    }

    private void spend(SplittableRandom random) {
        long largest = RaceSetting.LARGEST;
        while (true) {
            UUID attempt = CallId.next();
            long worst = random.nextLong(largest / 10, largest + 1);
            int team = random.nextInt(RaceSetting.TEAMS);
            List<Hold> holds = List.of(
                    new Hold(RaceSetting.TOTAL, 0, "EUR", worst), new Hold(RaceSetting.team(team), 0, "EUR", worst));
            List<Claim> claims = List.of(
                    new Claim(holds.get(0), 0, OptionalLong.of(setting.budget()), FORGET),
                    new Claim(holds.get(1), 0, OptionalLong.of(setting.teamBudget()), FORGET));
            Decision decision;
            try {
                decision = store.reserve(attempt, claims).join();
            } catch (RuntimeException e) {
                if (!(e.getCause() instanceof BudgetStoreException)) {
                    throw e;
                }
                rest(random, 20);
                continue;
            }
            if (decision instanceof Decision.Refused refused) {
                if (refused.claim() == 0) {
                    if (refused.balance().reservedNanos() == 0 && largest <= RaceSetting.SMALLEST) {
                        return;
                    }
                    largest = Math.max(RaceSetting.SMALLEST, largest / 2);
                    rest(random, 100);
                }
                continue;
            }
            CompletableFuture<Long> answer = new CompletableFuture<>();
            asked.put(attempt, answer);
            tell("S " + attempt + " " + worst + " " + team);
            long actual = answer.join();
            store.settle(
                            attempt,
                            holds.stream()
                                    .map(hold -> new Settlement(hold, 0, actual))
                                    .toList())
                    .orTimeout(Duration.ofMinutes(2).toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            tell("D " + attempt);
        }
    }

    /** Lets others end their attempts; no result depends on how long it is. */
    private static void rest(SplittableRandom random, int millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(millis / 4, millis)));
    }
}
