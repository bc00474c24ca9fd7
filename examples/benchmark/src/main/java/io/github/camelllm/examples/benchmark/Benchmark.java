package io.github.camelllm.examples.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the upstream and one process for each scenario, shows what they measured, and ends with one line of ratios. With
 * names of scenarios as arguments it runs only those.
 */
public final class Benchmark {
    private Benchmark() {}

    public static void main(String[] args) throws Exception {
        List<Scenario> scenarios = new ArrayList<>();
        for (String name : args) {
            scenarios.add(Scenario.valueOf(name));
        }
        boolean pin = Cores.canPin();
        System.out.printf(
                "JDK %s, %d cores, %s%n",
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                pin ? "upstream on core 0, measured process on core 1" : "processes are not pinned");
        Results results = new Results();
        Process upstream = java(List.of("-Xmx256m"), Upstream.class, List.of()).start();
        try (BufferedReader lines = reader(upstream)) {
            String ports = String.valueOf(lines.readLine());
            if (pin) {
                Cores.pinUpstream(upstream.pid());
            }
            for (Scenario scenario : scenarios.isEmpty() ? List.of(Scenario.values()) : scenarios) {
                measure(scenario, ports, pin, results);
            }
        } finally {
            upstream.destroy();
        }
        System.out.printf("%n%s%n", Ratios.line(results));
    }

    private static void measure(Scenario scenario, String ports, boolean pin, Results results)
            throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(scenario.jvmOptions());
        options.add("-XX:+UseSerialGC");
        options.add("-XX:ActiveProcessorCount=1");
        // A compiler thread that ends would take its processor time out of the sum.
        options.add("-XX:-UseDynamicNumberOfCompilerThreads");
        String[] port = ports.split(" ");
        Process process = java(
                        options, Scenario.class, List.of(scenario.name(), port[0], port[1], Boolean.toString(pin)))
                .start();
        try (BufferedReader lines = reader(process)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!results.accept(line)) {
                    System.out.println(line);
                }
            }
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(scenario + " ended with status " + status);
            }
        } finally {
            process.destroyForcibly();
        }
    }

    static ProcessBuilder java(List<String> options, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }
}
