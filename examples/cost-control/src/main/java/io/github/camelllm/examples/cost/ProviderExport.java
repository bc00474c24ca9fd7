package io.github.camelllm.examples.cost;

import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.simulator.RecordedRequest;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the simulated provider would offer for download: its own counts of requests and tokens, by day and model. */
final class ProviderExport {
    private static final String HEADING = "day,model,requests,input_tokens,output_tokens,usd";

    private ProviderExport() {}

    private record Key(LocalDate day, String model) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byDay = day.compareTo(other.day);
            return byDay == 0 ? model.compareTo(other.model) : byDay;
        }
    }

    private record Sum(long requests, long inputTokens, long outputTokens, BigDecimal usd) {
        Sum plus(Sum other) {
            return new Sum(
                    requests + other.requests,
                    inputTokens + other.inputTokens,
                    outputTokens + other.outputTokens,
                    usd.add(other.usd));
        }
    }

    /**
     * Adds what the simulator has counted to what earlier ones had.
     *
     * @param bill what was charged so far; made if it is not there
     * @param file a copy of it; made with its folder
     */
    static void write(Simulator simulator, Pricing prices, String provider, Path bill, Path file) throws IOException {
        SortedMap<Key, Sum> sums = read(bill);
        for (RecordedRequest request : simulator.requests()) {
            request.usage().ifPresent(usage -> {
                Key key = new Key(LocalDate.ofInstant(request.receivedAt(), ZoneOffset.UTC), request.model());
                BigDecimal usd = prices.cost(usage, provider, request.model(), request.receivedAt())
                        .map(cost -> cost.total().amount())
                        .orElseThrow(() -> new IllegalStateException("no price of " + request.model()));
                sums.merge(
                        key,
                        new Sum(
                                1,
                                usage.inputTokens().orElse(0),
                                usage.outputTokens().orElse(0),
                                usd),
                        Sum::plus);
            });
        }
        List<String> lines = new ArrayList<>(List.of(HEADING));
        sums.forEach((key, sum) -> lines.add("%s,%s,%d,%d,%d,%s"
                .formatted(
                        key.day,
                        key.model,
                        sum.requests,
                        sum.inputTokens,
                        sum.outputTokens,
                        sum.usd.stripTrailingZeros().toPlainString())));
        Files.write(bill, lines);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, lines);
    }

    private static SortedMap<Key, Sum> read(Path bill) throws IOException {
        SortedMap<Key, Sum> sums = new TreeMap<>();
        if (Files.exists(bill)) {
            for (String line : Files.readAllLines(bill)) {
                String[] cells = line.split(",");
                if (!line.equals(HEADING)) {
                    sums.put(
                            new Key(LocalDate.parse(cells[0]), cells[1]),
                            new Sum(
                                    Long.parseLong(cells[2]),
                                    Long.parseLong(cells[3]),
                                    Long.parseLong(cells[4]),
                                    new BigDecimal(cells[5])));
                }
            }
        }
        return sums;
    }
}
