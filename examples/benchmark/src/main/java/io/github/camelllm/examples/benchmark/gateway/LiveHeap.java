package io.github.camelllm.examples.benchmark.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the heap of a JVM holds once its garbage is collected.
 *
 * @param bytesByClass of all objects of a class, by its name
 */
record LiveHeap(Map<String, Long> bytesByClass) {
    /** Number, instances, bytes and the class's name, which its module follows. */
    private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+\\d+\\s+(\\d+)\\s+(\\S+).*");

    LiveHeap {
        bytesByClass = Map.copyOf(bytesByClass);
    }

    /** Asks the JVM, which collects its garbage for that. */
    static LiveHeap of(long processId) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(processId), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("jcmd did not tell what the heap of process " + processId + " holds: " + told);
        }
        return parse(told);
    }

    static LiveHeap parse(String histogram) {
        Map<String, Long> bytes = new HashMap<>();
        for (String line : histogram.split("\n")) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                bytes.merge(matcher.group(2), Long.parseLong(matcher.group(1)), Long::sum);
            }
        }
        return new LiveHeap(bytes);
    }

    double megabytes() {
        return bytesByClass.values().stream().mapToLong(Long::longValue).sum() / 1048576.0;
    }

    /** A line for each of the classes whose objects take most more than before. */
    List<String> grownMost(LiveHeap before, int classes) {
        return bytesByClass.keySet().stream()
                .filter(name -> growth(name, before) > 0)
                .sorted(Comparator.comparing((String name) -> growth(name, before))
                        .reversed())
                .limit(classes)
                .map(name -> String.format(
                        Locale.ROOT, "%,+12d bytes to %,d of %s", growth(name, before), bytesByClass.get(name), name))
                .toList();
    }

    private long growth(String name, LiveHeap before) {
        return bytesByClass.getOrDefault(name, 0L) - before.bytesByClass.getOrDefault(name, 0L);
    }
}
