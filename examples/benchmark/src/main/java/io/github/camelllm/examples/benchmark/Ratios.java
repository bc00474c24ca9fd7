package io.github.camelllm.examples.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The line that a run ends with. */
final class Ratios {
    private Ratios() {}

    /** What was not measured (a build without the peers, a run of some scenarios) is not in it. */
    static String line(Results results) {
        List<String> ratios = new ArrayList<>();
        call(results, ratios);
        if (results.has("guards.plain.cpuMicros")) {
            double plain = results.get("guards.plain.cpuMicros");
            double guarded = results.get("guards.guarded.cpuMicros");
            ratios.add(text(
                    "ledger, budget and limit: %.1f µs a call (%.2f of the call without), database %.1f µs",
                    guarded - plain, guarded / plain, results.get("guards.guarded.ledgerMicros")));
        }
        if (results.has("stream.iterator.cpuMicros")) {
            ratios.add(text(
                    "µs per piece: iterator %.2f, publisher %.2f, HttpClient 5 %.2f",
                    results.get("stream.iterator.cpuMicros"),
                    results.get("stream.publisher.cpuMicros"),
                    results.get("stream.raw.cpuMicros")));
        }
        if (results.has("slow.llm.p99.0")) {
            ratios.add(text(
                    "slow streams p99 delay %.1f ms (HttpClient 5 %.1f, timer %.1f) on %.0f threads",
                    results.get("slow.llm.p99.0"),
                    results.get("slow.raw.p99.0"),
                    results.get("slow.timer.p99.0"),
                    results.get("slow.threads")));
        }
        if (results.has("http2.connections")) {
            ratios.add(text("HTTP/2 connections %.0f", results.get("http2.connections")));
        }
        return "RATIOS " + String.join("; ", ratios);
    }

    private static void call(Results results, List<String> ratios) {
        if (!results.has("call.llm.cpuMicros")) {
            return;
        }
        double threads = results.get("call.llm-threads.cpuMicros");
        double chained = results.get("call.llm.cpuMicros");
        ratios.add(text(
                "llm: / HttpClient 5 = %.2f (waiting threads), %.2f (chained)",
                threads / results.get("call.raw-threads.cpuMicros"), chained / results.get("call.raw.cpuMicros")));
        for (String name : results.all().keySet()) {
            if (name.startsWith("call.peer-") && name.endsWith(".cpuMicros")) {
                String peer = name.substring("call.peer-".length(), name.length() - ".cpuMicros".length());
                double cpu = results.get(name);
                ratios.add(text("%s / llm: = %.1f (%.1f chained)", peer, cpu / threads, cpu / chained));
            }
        }
        ratios.add(text("%.1f KB a call", results.get("call.llm-threads.bytes") / 1024));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
