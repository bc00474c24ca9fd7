package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.chat.LlmInvalidRequestException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFactsTest {
    private static RequestFacts read(String body) {
        return RequestFacts.read(body.getBytes(StandardCharsets.UTF_8), "models.internal"::equals);
    }

    private static RequestFacts scan(ClientApi api, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        CheckedJson checked = new CheckedJson(body, "models.internal"::equals);
        api.dialect().passThrough().scan("/v1beta/models/m:generateContent", body, checked::over);
        return checked.facts();
    }

    @Test
    void readsModelAndStream() {
        assertThat(read("{\"a\":{\"model\":\"no\",\"stream\":true},\"model\":\"m\",\"stream\":false}"))
                .isEqualTo(new RequestFacts("m", false));
        assertThat(read("{\"stream\":true,\"messages\":[{\"model\":\"no\"}]}")).isEqualTo(new RequestFacts("", true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"messages\":[{\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"http://10.0.0.1/a\"}}]}]}",
                "{\"messages\":[{\"content\":[{\"type\":\"image_url\",\"image_url\":\"http://10.0.0.1/a\"}]}]}",
                "{\"messages\":[{\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\" HTTP://localhost\"}}]}]}",
                "{\"messages\":[{\"content\":[{\"type\":\"document_url\",\"document_url\":\"http://10.0.0.1/a\"}]}]}",
                "{\"messages\":[{\"content\":[{\"type\":\"input_audio\",\"input_audio\":\"http://10.0.0.1/a\"}]}]}",
                "{\"messages\":[{\"content\":[{\"type\":\"file\",\"file\":{\"file_data\":\"http://10.0.0.1/a\"}}]}]}",
                "{\"messages\":[{\"content\":[{\"type\":\"file\",\"file_data\":\"http://10.0.0.1/a\"}]}]}",
                "{\"contents\":[{\"parts\":[{\"fileData\":{\"fileUri\":\"http://169.254.169.254/\"}}]}]}",
                "{\"contents\":[{\"parts\":[{\"functionResponse\":{\"name\":\"f\",\"response\":{\"a\":{\"url\":\"x\"}},"
                        + "\"parts\":[{\"fileData\":{\"fileUri\":\"http://10.0.0.1/\"}}]}}]}]}",
                "{\"a\":{\"response\":{\"url\":\"http://10.0.0.1/\"}}}",
                "{\"a\":{\"url\":\"http:/10.0.0.1/\"}}",
                "{\"a\":{\"url\":\"http:10.0.0.1/\"}}",
                "{\"a\":{\"url\":\"\\u0001h\\ttt\\np:\\\\\\\\10.0.\\r0.1/\"}}",
                "{\"a\":{\"url\":\"ftp://10.0.0.1/\"}}",
                "{\"a\":{\"url\":\"fi\\nle:///etc/passwd\"}}",
                "{\"mcp_servers\":[{\"url\":\"http://localhost:3000\"}]}",
                "{\"image_url\":[\"http://10.0.0.1/a\"]}",
                "{\"messages\":[{\"content\":[{\"type\":\"tool_use\",\"input\":{\"a\":{}}},"
                        + "{\"source\":{\"url\":\"http://10.0.0.1\"}}]}]}",
                "{\"a\":{\"u\\u0072l\":\"http://10.0.0.1/\"}}",
                "{\"a\":{\"url\":\"file:///etc/passwd\"}}"
            })
    void refusesUrlsOfPrivateNetworks(String body) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("not allowed");
        for (ClientApi api : ClientApi.values()) {
            assertThatThrownBy(() -> scan(api, body))
                    .as("whatever %s skips", api)
                    .isInstanceOf(LlmInvalidRequestException.class)
                    .hasMessageContaining("not allowed");
        }
    }

    @Test
    void readsTheSameWhileTheEndpointLooks() {
        String body = "{\"a\":[{\"model\":\"no\",\"stream\":false}],\"model\":\"m\",\"max_tokens\":1,\"stream\":true,"
                + "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}]}";

        assertThat(scan(ClientApi.OPENAI, body)).isEqualTo(new RequestFacts("m", true));
        assertThat(scan(ClientApi.ANTHROPIC, body)).isEqualTo(new RequestFacts("m", true));
    }

    @ParameterizedTest
    @EnumSource(ClientApi.class)
    void boundsTheDepthOfWhatTheEndpointSkips(ClientApi api) {
        String deep = "{\"a\":" + "[".repeat(128) + "]".repeat(128) + "}";

        assertThatThrownBy(() -> scan(api, deep)).hasMessageContaining("nested deeper than 128");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"image_url\":{\"url\":\"https://example.com/a.png\"}}",
                "{\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}",
                "{\"image_url\":{\"url\":\"http://models.internal/a.png\"}}",
                "{\"document_url\":\"https://example.com/a.pdf\"}",
                "{\"input_audio\":\"UklGRiQAAABXQVZF\"}",
                "{\"file\":{\"file_data\":\"data:application/pdf;base64,AAAA\"}}",
                "{\"messages\":[{\"content\":\"look at http://10.0.0.1/\"}]}",
                "{\"messages\":[{\"content\":[{\"type\":\"tool_use\",\"input\":{\"url\":\"http://10.0.0.1/\"}}]}]}",
                "{\"tools\":[{\"parameters\":{\"properties\":{\"url\":{\"default\":{\"url\":\"http://10.0.0.1\"}}}}}]}",
                "{\"contents\":[{\"parts\":[{\"functionResponse\":{\"response\":{\"url\":\"http://10.0.0.1/\"}}}]}]}",
                "{\"fileData\":{\"fileUri\":\"gs://bucket/file\"}}"
            })
    void leavesOtherTextAlone(String body) {
        read(body);
    }

    @Property
    void takesAnyBytesForARequestOrRefusesThem(@ForAll byte[] body) {
        try {
            RequestFacts.read(body, host -> false);
        } catch (LlmInvalidRequestException e) {
            assertThat(e.getStatusCode()).isEqualTo(400);
        }
    }
}
