package io.github.camelllm.examples.benchmark;

import java.util.List;

/** What is measured, each in a process of its own. */
enum Scenario {
    CALLS(List.of("-Xms512m", "-Xmx512m")) {
        @Override
        Results run(Upstream.Ports upstream, Settings settings, boolean pin) throws Exception {
            return BufferedCalls.run(upstream, settings, pin);
        }
    },
    /** In more processes, which may use all cores, as those that are deployed: the ledger has a thread beside those of calls. */
    GUARDS(List.of("-Xmx64m")) {
        @Override
        Results run(Upstream.Ports upstream, Settings settings, boolean pin) throws Exception {
            return GuardedCalls.run(upstream, settings);
        }
    },
    FAST_STREAMS(List.of("-Xms512m", "-Xmx512m")) {
        @Override
        Results run(Upstream.Ports upstream, Settings settings, boolean pin) throws Exception {
            return FastStreams.run(upstream, settings, pin);
        }
    },
    SLOW_STREAMS(List.of("-Xms256m", "-Xmx256m")) {
        @Override
        Results run(Upstream.Ports upstream, Settings settings, boolean pin) throws Exception {
            return SlowStreams.run(upstream, settings, pin);
        }
    },
    HTTP_2(List.of("-Xmx256m")) {
        @Override
        Results run(Upstream.Ports upstream, Settings settings, boolean pin) throws Exception {
            return Http2Calls.run(upstream, settings);
        }
    };

    private final List<String> jvmOptions;

    Scenario(List<String> jvmOptions) {
        this.jvmOptions = jvmOptions;
    }

    List<String> jvmOptions() {
        return jvmOptions;
    }

    /**
     * Measures in this process.
     *
     * @param pin whether to put this process on its own processor core once all is warm
     */
    abstract Results run(Upstream.Ports upstream, Settings settings, boolean pin) throws Exception;

    /** Measures one scenario: its name, the upstream's two ports, and whether to pin. */
    public static void main(String[] args) throws Exception {
        Upstream.Ports upstream = new Upstream.Ports(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        valueOf(args[0])
                .run(upstream, Settings.FULL, Boolean.parseBoolean(args[3]))
                .print();
        System.out.flush();
        // Some peers keep threads that are no daemons.
        System.exit(0);
    }
}
