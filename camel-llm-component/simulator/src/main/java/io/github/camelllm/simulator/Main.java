package io.github.camelllm.simulator;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Starts a simulator from the command line and serves until it is interrupted. */
public final class Main {
    /** It served and was stopped, or showed its help. */
    static final int OK = 0;
    /** It could not start, such as when the port is taken. */
    static final int FAILED = 1;
    /** An option or the script is wrong. */
    static final int USAGE = 2;

    private static final String HELP = """
            Plays LLM providers (OpenAI, Anthropic, Gemini) on a local port.

            Options:
              --port N          port to listen on (default 4010; 0 takes a free one)
              --host ADDRESS    address to listen on (default 127.0.0.1)
              --script FILE     YAML file with answers, faults, models, keys, limits
              --echo            repeat the last user message instead of writing prose
              --latency TIME    time to the first chunk: 200ms, 100ms..1s, or 300ms~2s (median~99th percentile)
              --gap TIME        time between chunks, written in the same ways
              --fault FAULT     every request fails like this, such as 'status=429;retry-after=2'
              --fault-rate P    only this share of them, 0 to 1
              --help            this text

            One request fails on demand with the header 'x-simulate-fault: status=429;retry-after=2'.
            """;

    private final PrintStream out;
    private final PrintStream err;

    Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] args) throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        Main main = new Main(System.out, System.err);
        int code = main.run(List.of(args), simulator -> {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                simulator.close();
                                stopped.countDown();
                            },
                            "simulator-stop"));
            stopped.await();
        });
        if (code != OK) {
            System.exit(code);
        }
    }

    /** What to do while the simulator listens. */
    interface Serving {
        void serve(Simulator simulator) throws InterruptedException;
    }

    int run(List<String> args, Serving serving) throws InterruptedException {
        Simulator.Builder builder;
        try {
            if (args.contains("--help") || args.contains("-h")) {
                out.print(HELP);
                return OK;
            }
            builder = configured(new ArrayDeque<>(args));
        } catch (IllegalArgumentException | ScriptException e) {
            err.println("error: " + e.getMessage());
            err.println("'--help' lists all options.");
            return USAGE;
        }
        try (Simulator simulator = builder.build().start()) {
            announce(simulator);
            serving.serve(simulator);
            return OK;
        } catch (IllegalStateException e) {
            err.println("error: " + e.getMessage());
            return FAILED;
        }
    }

    private static Simulator.Builder configured(Deque<String> args) {
        Simulator.Builder builder = Simulator.builder().port(4010);
        // The script comes first, so that options on the command line go before it wherever they stand.
        Deque<String> rest = new ArrayDeque<>();
        while (!args.isEmpty()) {
            String option = args.remove();
            if (option.equals("--script")) {
                Script.apply(Path.of(value(option, args)), builder);
            } else {
                rest.add(option);
            }
        }
        Pacing pacing = builder.pacing();
        Fault fault = null;
        double rate = 1;
        while (!rest.isEmpty()) {
            String option = rest.remove();
            switch (option) {
                case "--port":
                    builder.port(port(value(option, rest)));
                    break;
                case "--host":
                    builder.host(value(option, rest));
                    break;
                case "--echo":
                    builder.responder(Responders.echo());
                    break;
                case "--latency":
                    pacing = pacing.withFirstChunk(latency(option, rest));
                    break;
                case "--gap":
                    pacing = pacing.withGap(latency(option, rest));
                    break;
                case "--fault":
                    fault = Fault.parse(value(option, rest));
                    break;
                case "--fault-rate":
                    rate = share(option, value(option, rest));
                    break;
                default:
                    throw new IllegalArgumentException("there is no option '" + option + "'");
            }
        }
        if (fault != null) {
            builder.faults(FaultPlan.builder().withProbability(rate, 0, fault).build());
        } else if (rate != 1) {
            throw new IllegalArgumentException("--fault-rate: expected together with --fault");
        }
        return builder.pacing(pacing);
    }

    private static String value(String option, Deque<String> args) {
        if (args.isEmpty()) {
            throw new IllegalArgumentException(option + ": expected a value after it");
        }
        return args.remove();
    }

    private static int port(String text) {
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65_535) {
            throw new IllegalArgumentException("--port: expected a number from 0 to 65535, got '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    private static double share(String option, String text) {
        if (!text.matches("(0|1)?(\\.\\d{1,12})?") || text.isEmpty() || Double.parseDouble(text) > 1) {
            throw new IllegalArgumentException(option + ": expected a number from 0 to 1, got '" + text + "'");
        }
        return Double.parseDouble(text);
    }

    private static Latency latency(String option, Deque<String> args) {
        try {
            return Latency.parse(value(option, args));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

    private void announce(Simulator simulator) {
        for (SimulatedDialect dialect : SimulatedDialect.values()) {
            out.printf("%-10s %s%n", dialect.scriptName(), simulator.baseUrl(dialect));
        }
        out.println();
        out.println("curl " + simulator.baseUrl(SimulatedDialect.OPENAI)
                + "/chat/completions -H 'content-type: application/json' \\");
        out.println("  -d '{\"model\":\"sim-large\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'");
        out.flush();
    }
}
