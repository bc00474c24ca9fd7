package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.testing.PlaybackServer;
import io.github.camelllm.testing.RecordedRequest;
import java.util.Properties;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.main.junit5.CamelMainTestSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** An application of Camel Main whose keys, addresses and models are placeholders. */
class CamelMainConfigurationTest extends CamelMainTestSupport {
    /** Static: the base class asks for the properties in its constructor. */
    private static final PlaybackServer SERVER = PlaybackServer.start();

    @AfterAll
    static void close() {
        SERVER.close();
    }

    @Override
    protected Properties useOverridePropertiesWithPropertiesComponent() {
        Properties properties = new Properties();
        properties.setProperty("app.model", "openai/gpt-5-mini");
        properties.setProperty("app.key", "from-a-placeholder");
        properties.setProperty("camel.component.llm.base-url", SERVER.uri("/v1").toString());
        properties.setProperty("camel.component.llm.api-key", "{{app.key}}");
        return properties;
    }

    @Override
    protected void configure(org.apache.camel.main.MainConfigurationProperties configuration) {
        configuration.addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to("llm:{{app.model}}");
            }
        });
    }

    @Test
    void placeholdersAreResolvedInUrisAndOptions() {
        SERVER.play(LlmRouteTest.answer("ok"));

        assertThat(template.requestBody("direct:in", "Hi", String.class)).isEqualTo("ok");

        RecordedRequest request = SERVER.takeRequest();
        assertThat(request.header("authorization")).contains("Bearer from-a-placeholder");
        assertThat(request.text()).contains("\"gpt-5-mini\"");
    }
}
