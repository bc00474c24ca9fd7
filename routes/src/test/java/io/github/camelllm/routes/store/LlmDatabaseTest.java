package io.github.camelllm.routes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.h2.tools.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LlmDatabaseTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:h2:file:", "jdbc:h2:", "jdbc:h2:nio:"})
    void closesItsFileWithItsLastConnection(String prefix) throws Exception {
        String url = prefix + folder.resolve("ledger");
        LlmDatabase other = LlmDatabase.open(Map.of("url", url));
        try (LlmDatabase database = LlmDatabase.open(Map.of("url", url))) {
            assertThat(attempts(database)).isZero();
            assertThat(attempts(other)).isZero();
        }

        try (FileChannel file = FileChannel.open(folder.resolve("ledger.mv.db"), StandardOpenOption.WRITE)) {
            assertThatThrownBy(file::tryLock).isInstanceOf(OverlappingFileLockException.class);
            assertThat(attempts(other)).isZero();
            other.close();
            try (FileLock lock = file.tryLock()) {
                assertThat(lock).isNotNull();
            }
        }
    }

    @Test
    void makesItsTablesOnceForAllWhoStartTogether() throws Exception {
        Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-baseDir", folder.toString())
                .start();
        String url = "jdbc:h2:tcp://localhost:" + server.getPort() + "/./ledger";
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            CyclicBarrier start = new CyclicBarrier(4);
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                counts.add(threads.submit(() -> {
                    start.await(30, TimeUnit.SECONDS);
                    try (LlmDatabase database = LlmDatabase.open(Map.of("url", url, "connectTimeout", "30000"))) {
                        return attempts(database);
                    }
                }));
            }
            for (Future<Long> count : counts) {
                assertThat(count.get(60, TimeUnit.SECONDS)).isZero();
            }
        } finally {
            threads.shutdownNow();
            server.stop();
        }
    }

    @Test
    void leavesItsFileOpenWhileTheProcessEnds() {
        assertThat(settings("jdbc:h2:" + folder.resolve("ledger"))).contains(";DB_CLOSE_ON_EXIT=FALSE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:h2:mem:ending",
                "jdbc:h2:tcp://localhost/ledger",
                "jdbc:h2:file:./ledger;DB_CLOSE_DELAY=10",
                "jdbc:h2:file:./ledger;DB_CLOSE_ON_EXIT=TRUE"
            })
    void leavesToH2WhatItDoesNotClose(String url) {
        assertThat(settings(url)).doesNotContain("DB_CLOSE_ON_EXIT=FALSE");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:h2:./ledger, true",
        "jdbc:h2:file:./ledger, true",
        "jdbc:h2:mem:ledger, true",
        "jdbc:h2:tcp://localhost/ledger, false",
        "jdbc:h2:ssl://localhost/ledger, false",
        "jdbc:postgresql://localhost/ledger, false"
    })
    void knowsADatabaseThatWorksOnItsOwnThreads(String url, boolean embedded) {
        try (LlmDatabase database = LlmDatabase.open(Map.of("url", url))) {
            assertThat(database.isEmbedded()).isEqualTo(embedded);
        }
    }

    /** The URL that is used; nothing is connected. */
    private static String settings(String url) {
        try (LlmDatabase database = LlmDatabase.open(Map.of("url", url))) {
            return ((HikariDataSource) database.dataSource()).getJdbcUrl();
        }
    }

    private static long attempts(LlmDatabase database) throws Exception {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from llm_attempt")) {
            row.next();
            return row.getLong(1);
        }
    }
}
