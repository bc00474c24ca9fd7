package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.budget.BudgetDefinition;
import io.github.camelllm.limit.LimitDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Definitions in the properties files of an application. */
class PropertyFilesTest {
    private static final String BUDGET = """
            llm.budget.team.limit = 5 USD
            llm.budget.team.window = day
            """;

    @TempDir
    Path folder;

    private final Main main = new Main();

    @BeforeEach
    void writeFiles() throws IOException {
        write("first.properties", BUDGET + "greeting = Hello\n");
        write("second.properties", "llm.budget.team.limit = 7 USD\n");
    }

    @AfterEach
    void stop() {
        main.stop();
    }

    private void write(String file, String properties) throws IOException {
        Files.writeString(folder.resolve(file), properties);
    }

    private CamelContext start() {
        main.setPropertyPlaceholderLocations(
                "file:" + folder.resolve("first.properties") + ",file:" + folder.resolve("second.properties"));
        main.start();
        return main.getCamelContext();
    }

    private static LlmPolicies policies(CamelContext context) {
        return context.getComponent("llm", LlmComponent.class).getPolicies();
    }

    private static List<String> limits(LlmPolicies policies) {
        return policies.getBudgetDefinitions().stream()
                .map(BudgetDefinition::limit)
                .map(String::valueOf)
                .toList();
    }

    @Test
    void aChangedFileCountsAtTheNextLook() throws IOException {
        LlmPolicies policies = policies(start());
        List<String> before = limits(policies);

        write("first.properties", BUDGET.replace("5 USD", "6 USD   ") + "llm.limit.all.requestsPerMinute = 10\n");
        policies.refresh();

        assertThat(limits(policies)).hasSize(1).isNotEqualTo(before);
        assertThat(limits(policies).get(0)).contains("6");
        assertThat(policies.getLimitDefinitions())
                .extracting(LimitDefinition::name)
                .containsExactly("all");
        assertThat(policies.getProblem()).isNull();
    }

    @Test
    void placeholdersOfTheApplicationStayAsTheyAre() throws IOException {
        CamelContext context = start();
        LlmPolicies policies = policies(context);

        write("first.properties", BUDGET.replace("5 USD", "6 USD") + "greeting = Goodbye\n");
        policies.refresh();

        assertThat(limits(policies).get(0)).contains("6");
        assertThat(context.resolvePropertyPlaceholders("{{greeting}}")).isEqualTo("Hello");
    }

    @Test
    void aValueThatIsTakenAwayGivesWayToTheNextFile() throws IOException {
        LlmPolicies policies = policies(start());

        write("first.properties", "llm.budget.team.window = day\n");
        policies.refresh();

        assertThat(limits(policies).get(0)).contains("7");
    }

    @Test
    void aFileThatIsAwayChangesNothingAndIsTold() throws IOException {
        LlmPolicies policies = policies(start());

        Files.delete(folder.resolve("first.properties"));
        policies.refresh();

        assertThat(limits(policies).get(0)).contains("5");
        assertThat(policies.getProblem()).contains("first.properties");
    }

    @Test
    void initialValuesComeLastAndOverridesFirst() {
        Properties initial = new Properties();
        initial.put("llm.budget.team.limit", "1 USD");
        initial.put("llm.budget.other.limit", "2 USD");
        main.setInitialProperties(initial);
        main.setOverrideProperties(asProperties(Map.of("llm.budget.team.window", "month")));

        Properties found = PropertyFiles.load(start(), name -> name.startsWith("llm.budget."));

        assertThat(found)
                .isEqualTo(asProperties(Map.of(
                        "llm.budget.team.limit", "5 USD",
                        "llm.budget.other.limit", "2 USD",
                        "llm.budget.team.window", "month")));
    }

    @Test
    void propertiesOfTheJvmWinUnlessCamelPrefersItsOwn() {
        String limit = "llm.budget.team.limit";
        CamelContext context = start();
        System.setProperty(limit, "9 USD");
        try {
            assertThat(PropertyFiles.load(context, limit::equals)).isEqualTo(asProperties(Map.of(limit, "9 USD")));

            ((PropertiesComponent) context.getPropertiesComponent())
                    .setSystemPropertiesMode(PropertiesComponent.SYSTEM_PROPERTIES_MODE_FALLBACK);
            assertThat(PropertyFiles.load(context, limit::equals)).isEqualTo(asProperties(Map.of(limit, "5 USD")));
        } finally {
            System.clearProperty(limit);
        }
    }

    private static Properties asProperties(Map<String, String> values) {
        Properties properties = new Properties();
        properties.putAll(values);
        return properties;
    }
}
