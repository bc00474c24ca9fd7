package com.acme.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.NotifyBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application's own test, as it was before. */
class OrderIntakeTest {
    @TempDir
    private Path folder;

    @Test
    void storesGoodOrdersAndRejectsBadOnes() throws Exception {
        Files.writeString(
                folder.resolve("a.json"),
                "{\"id\":\"A-1\",\"customer\":\"Acme\",\"article\":\"chair\",\"quantity\":2,\"remark\":\"Urgent!\"}");
        Files.writeString(folder.resolve("b.json"), "{\"id\":\"A-2\",\"customer\":\"Acme\",\"quantity\":0}");
        Main app = OrderIntake.app();
        app.addOverrideProperty("orders.inbox", folder.toString());
        app.addOverrideProperty("orders.database", folder.resolve("db").toString());
        app.init();
        NotifyBuilder done =
                new NotifyBuilder(app.getCamelContext()).whenDone(2).create();
        app.start();
        assertThat(done.matches(1, TimeUnit.MINUTES)).isTrue();
        app.stop();

        assertThat(folder.resolve("done/a.json")).exists();
        assertThat(folder.resolve("rejected/b.json")).exists();
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("db"));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select id, quantity, details from orders")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("A-1");
            assertThat(rows.getInt(2)).isEqualTo(2);
            assertThat(rows.getString(3)).contains("\"remark\":\"Urgent!\"");
            assertThat(rows.next()).isFalse();
        }
    }
}
