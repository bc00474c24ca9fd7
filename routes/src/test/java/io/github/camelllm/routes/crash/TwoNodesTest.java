package io.github.camelllm.routes.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.testing.Postgres;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** A small part of what {@code mvn -Pcrash-short} does; it has Redis too. */
class TwoNodesTest {
    @TempDir
    private Path folder;

    @Test
    void nothingIsLostDoubledOrOverspentWhenOneOfTwoGatewaysIsKilled() throws Exception {
        PGSimpleDataSource database = (PGSimpleDataSource) Postgres.plain().emptyDatabase();
        String url = "jdbc:postgresql://localhost:" + database.getPortNumbers()[0] + "/" + database.getDatabaseName()
                + "?user=" + database.getUser();
        long seed = Long.getLong("crash.seed", ThreadLocalRandom.current().nextLong(1000));
        NodesResult result = new NodesRun("jdbc", url, "redis://not-used", folder.resolve("nodes"), seed).run();
        assertThat(result.isGood()).as("-Dcrash.seed=" + seed + ": " + result).isTrue();
    }
}
