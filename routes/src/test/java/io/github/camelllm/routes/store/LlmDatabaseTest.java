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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LlmDatabaseTest {
    @TempDir
    Path folder;

    @Test
    void closesItsFileWithItsLastConnection() throws Exception {
        String url = "jdbc:h2:file:" + folder.resolve("ledger");
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
    void leavesH2OpenWhileTheProcessEnds() {
        try (LlmDatabase database = LlmDatabase.open(Map.of("url", "jdbc:h2:mem:ending"))) {
            assertThat(((HikariDataSource) database.dataSource()).getJdbcUrl()).contains(";DB_CLOSE_ON_EXIT=FALSE");
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
