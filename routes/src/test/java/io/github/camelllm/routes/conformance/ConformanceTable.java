package io.github.camelllm.routes.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table of docs/conformance.md for one API: a row for each feature, a column for each target, and in each cell the SDKs that
 * were tried. {@code -Dllm.docs.update=true} writes into it what came out.
 */
final class ConformanceTable {
    private static final Path PAGE = Path.of("../docs/conformance.md");
    private static final String NOTHING = "–";

    private final String begin;
    private final String end;

    /** What came out, by feature, target and SDK. */
    private final Map<String, Map<Target, Map<String, String>>> rows = new LinkedHashMap<>();

    private ConformanceTable(String api) {
        begin = "<!-- generated from data: conformance-" + api + " -->\n";
        end = "<!-- end of conformance-" + api + " -->";
    }

    /**
     * Fails if the page says something else of an SDK than came out.
     *
     * @param sdk as the table names it, such as {@code Java}
     */
    static void check(String api, String sdk, List<Result> results) throws IOException {
        ConformanceTable table = new ConformanceTable(api);
        String page = Files.readString(PAGE);
        table.read(page);
        String before = table.write();
        table.put(sdk, results);
        String after = table.write();
        if (Boolean.getBoolean("llm.docs.update")) {
            int from = page.indexOf(table.begin) + table.begin.length();
            Files.writeString(PAGE, page.substring(0, from) + after + page.substring(page.indexOf(table.end)));
        } else {
            assertThat(after)
                    .as("run the tests of SDKs with -Dllm.docs.update=true and commit %s", PAGE)
                    .isEqualTo(before);
        }
    }

    private void read(String page) {
        int from = page.indexOf(begin);
        int to = page.indexOf(end);
        assertThat(from).as("mark '%s' in %s", begin.trim(), PAGE).isNotNegative();
        assertThat(to).as("mark '%s' in %s", end, PAGE).isGreaterThan(from);
        page.substring(from + begin.length(), to).lines().skip(2).forEach(line -> {
            String[] cells = line.split(" *\\| *");
            for (Target target : Target.values()) {
                Arrays.stream(cells[2 + target.ordinal()].split(", "))
                        .filter(entry -> !entry.equals(NOTHING))
                        .forEach(entry -> cell(cells[1], target)
                                .put(
                                        entry.replaceAll(":.*", ""),
                                        entry.contains(": ") ? entry.replaceAll(".*: ", "") : Result.WORKS));
            }
        });
    }

    private Map<String, String> cell(String feature, Target target) {
        return rows.computeIfAbsent(feature, name -> new EnumMap<>(Target.class))
                .computeIfAbsent(target, name -> new TreeMap<>());
    }

    private void put(String sdk, List<Result> results) {
        rows.values().forEach(row -> row.values().forEach(cell -> cell.remove(sdk)));
        results.forEach(result -> cell(result.feature(), result.target()).put(sdk, result.outcome()));
        rows.values().removeIf(row -> row.values().stream().allMatch(Map::isEmpty));
    }

    private String write() {
        StringBuilder text = new StringBuilder("| |");
        Stream.of(Target.values())
                .forEach(target -> text.append(" ").append(target.label()).append(" |"));
        text.append("\n|---|").append("---|".repeat(Target.values().length)).append('\n');
        rows.forEach((feature, row) -> {
            text.append("| ").append(feature).append(" |");
            for (Target target : Target.values()) {
                Map<String, String> cell = row.getOrDefault(target, Map.of());
                text.append(' ')
                        .append(
                                cell.isEmpty()
                                        ? NOTHING
                                        : cell.entrySet().stream()
                                                .map(entry -> entry.getValue().equals(Result.WORKS)
                                                        ? entry.getKey()
                                                        : entry.getKey() + ": " + entry.getValue())
                                                .collect(Collectors.joining(", ")))
                        .append(" |");
            }
            text.append('\n');
        });
        return text.toString();
    }
}
