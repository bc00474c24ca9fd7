package io.github.camelllm.simulator;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The simulator's command line, for tests of commands in the documentation. */
public final class SimulatorCommand {
    private SimulatorCommand() {}

    /**
     * Starts it, asks nothing and stops it.
     *
     * @return what it printed
     * @throws AssertionError if it did not start
     */
    public static String tryOut(List<String> args) throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = new Main(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(args, simulator -> {
                    if (simulator.port() == 0) {
                        throw new AssertionError("the simulator does not listen");
                    }
                });
        if (status != Main.OK) {
            throw new AssertionError(args + ": status " + status + ": " + err.toString(StandardCharsets.UTF_8));
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
