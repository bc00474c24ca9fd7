package io.github.camelllm.routes.ledger;

import io.github.camelllm.routes.store.LlmDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** H2 as a server, so that it can go away. {@link LedgerEndToEndTest} has it in the process. */
class H2LedgerTest extends LedgerContract {
    @TempDir
    private Path database;

    private Server server = new Server();
    private int port;

    @BeforeEach
    void start() throws SQLException {
        server = server(0).start();
        port = server.getPort();
    }

    private Server server(int on) throws SQLException {
        return Server.createTcpServer("-tcpPort", String.valueOf(on), "-ifNotExists", "-baseDir", database.toString());
    }

    @Override
    LlmDatabase open(Duration connectTimeout) {
        return open("", connectTimeout);
    }

    @Override
    LlmDatabase openHasty() {
        return open(";LOCK_TIMEOUT=50", LedgerRun.LONG);
    }

    private LlmDatabase open(String option, Duration connectTimeout) {
        return LlmDatabase.open(Map.of(
                "url",
                "jdbc:h2:tcp://localhost:" + port + "/./ledger" + option,
                "connectTimeout",
                String.valueOf(connectTimeout.toMillis())));
    }

    @Override
    void goAway() {
        server.stop();
    }

    @Override
    void comeBack() throws SQLException {
        if (!server.isRunning(false)) {
            server = server(port).start();
        }
    }

    @AfterEach
    void stop() {
        server.stop();
    }
}
