package io.github.camelllm.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    Path folder;

    private final Map<String, String> properties = new HashMap<>();

    @BeforeEach
    void folders() throws Exception {
        Files.createDirectories(folder.resolve("module/inbox"));
        Files.createDirectories(folder.resolve("here/mail"));
        properties.put("quickstart.folder", folder.resolve("module").toString());
        properties.put("quickstart.startFolder", folder.resolve("here").toString());
    }

    private Settings settings() {
        return Settings.of(properties::get);
    }

    @Test
    void defaultsToTheSampleInboxAndAFolderBesideIt() {
        properties.put("llm", "");

        Settings settings = settings();

        assertThat(settings)
                .isEqualTo(new Settings(
                        folder.resolve("module/inbox"),
                        folder.resolve("module/data/sample"),
                        Settings.Routes.YAML,
                        java.util.Optional.empty(),
                        java.util.Optional.empty(),
                        4,
                        5,
                        false));
    }

    @Test
    void ownFolderIsFoundFromWhereTheCommandWasGivenAndHasADatabaseOfItsOwn() {
        properties.put("inbox", "mail");

        assertThat(settings().inbox()).isEqualTo(folder.resolve("here/mail"));
        assertThat(settings().workFolder().getParent()).isEqualTo(folder.resolve("module/data"));
        assertThat(settings().workFolder().getFileName().toString()).startsWith("mail-");
    }

    @Test
    void refusesWhatMakesNoSense() {
        refused("inbox", "nowhere", "there is no folder");
        refused("route", "xml", "expected yaml or java");
        refused("concurrency", "0", "expected 1 to 64");
        refused("redeliveries", "many", "expected a number");
        properties.put("inbox", "mail");
        refused("workdir", "mail/out", "inside of the inbox");
    }

    private void refused(String name, String value, String message) {
        properties.put(name, value);
        assertThatThrownBy(this::settings).hasMessageContaining(name).hasMessageContaining(message);
        properties.remove(name);
    }
}
