package io.github.camelllm.routes.ledger;

import io.github.camelllm.call.Attempt;
import io.github.camelllm.routes.store.LlmDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** A process that makes calls until it is killed, and says of each record when it was kept. */
final class KilledLedger {
    private KilledLedger() {}

    static LlmDatabase database(Path folder) {
        return LlmDatabase.open(Map.of("url", "jdbc:h2:file:" + folder.resolve("ledger")));
    }

    public static void main(String... arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        LedgerRun run = LedgerRun.start(database(folder), folder.resolve("journal"), "batchSize", "50");
        for (int thread = 0; thread < 4; thread++) {
            new Thread(() -> {
                        while (true) {
                            Attempt attempt = Attempts.attempt();
                            run.reserve(attempt);
                            say("begun " + attempt.id());
                            run.settle(Attempts.succeeded(attempt));
                            say("ended " + attempt.id());
                        }
                    })
                    .start();
        }
    }

    /** In one piece: the process may be killed at any time. */
    private static void say(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }
}
