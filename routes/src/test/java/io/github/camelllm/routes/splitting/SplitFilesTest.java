package io.github.camelllm.routes.splitting;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.testing.Dsl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SplitFilesTest {
    @TempDir
    Path folder;

    private void write(String path, String text) throws Exception {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void filesInAFolderComeOutAsRecords(Dsl dsl) throws Exception {
        write("csv/a.csv", "id;text\n1;one\n2;two;three\n");
        write("json/a.json", "[{\"id\":\"3\"}]");
        write("xml/a.xml", "<orders><order>4</order></orders>");
        write("text/a.txt", "Five is here.");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Properties properties = new Properties();
            properties.setProperty("inbox", folder.toString());
            context.getPropertiesComponent().setInitialProperties(properties);
            for (String format : List.of("csv", "json", "xml", "text")) {
                dsl.load(
                        context,
                        "llm-split-" + format,
                        Map.of(
                                        "csv", new SplitCsvTemplate(),
                                        "json", new SplitJsonTemplate(),
                                        "xml", new SplitXmlTemplate(),
                                        "text", new SplitTextTemplate())
                                .get(format));
            }
            if (dsl == Dsl.YAML) {
                PluginHelper.getRoutesLoader(context)
                        .loadRoutes(ResourceHelper.resolveMandatoryResource(
                                context, "classpath:splitting/split-files.yaml"));
            } else {
                SplitFilesRoutes routes = new SplitFilesRoutes();
                context.addRoutes(routes);
                context.addTemplatedRoutes(routes);
            }
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("seda:records?size=100").to("mock:records");
                }
            });
            MockEndpoint records = context.getEndpoint("mock:records", MockEndpoint.class);
            records.expectedMessageCount(4);
            context.start();

            records.assertIsSatisfied();
            assertThat(records.getExchanges().stream()
                            .<Object>map(exchange -> exchange.getMessage().getBody()))
                    .containsExactlyInAnyOrder(
                            Map.of("id", "1", "text", "one"), Map.of("id", "3"), "<order>4</order>", "Five is here.");
            context.stop();
        }
        try (var letters = Files.list(folder.resolve("bad"))) {
            assertThat(letters).hasSize(1);
        }
    }
}
