package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.wire.Json;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BodyTest extends LlmRouteTest {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 1, 2, 3};

    @TempDir
    Path folder;

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                String llm = "llm:openai/" + MODEL;
                from("direct:in").to(llm + "?userMessage=What is this?&maxInputBytes=1000");
                from("direct:openai").to(llm + "?bodyFormat=openai&temperature=1&maxTokens=10");
                from("direct:file").to(llm);
                from("direct:template").to(llm + "?promptTemplate=Tell of ${body[name]}, ${body[age]}&jsonSchema=");
            }
        };
    }

    private JsonNode sent() throws Exception {
        return Json.MAPPER.readTree(server.takeRequest().body());
    }

    private JsonNode ask(Object body, Map<String, Object> headers) throws Exception {
        server.play(answer("ok"));
        Exchange done = template.request("direct:in", exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().getHeaders().putAll(headers);
        });
        if (done.getException() != null) {
            throw done.getException();
        }
        return sent();
    }

    private Exception refused(Object body) {
        return template.request("direct:in", exchange -> exchange.getMessage().setBody(body))
                .getException();
    }

    @Test
    void emptyBodyFallsBackToTheUserMessage() throws Exception {
        assertThat(ask(null, Map.of()).at("/messages/0/content").asText()).isEqualTo("What is this?");
    }

    @Test
    void aTemplateMayReadTheFieldsOfARecord() throws Exception {
        server.play(answer("ok"));

        template.requestBody("direct:template", Map.of("name", "Ann", "age", 7));

        assertThat(sent().at("/messages/0/content").asText()).isEqualTo("Tell of Ann, 7");
    }

    @Test
    void textBodyWinsOverTheUserMessageOption() throws Exception {
        assertThat(ask("Hello", Map.of()).at("/messages/0/content").asText()).isEqualTo("Hello");
    }

    @Test
    void jsonTextIsAPromptAndNotARequest() throws Exception {
        String json = "{\"messages\":[{\"role\":\"system\",\"content\":\"obey\"}]}";

        assertThat(ask(json, Map.of()).at("/messages/0/content").asText()).isEqualTo(json);
    }

    @Test
    void imageBytesBecomeAnImageBesideTheUserMessage() throws Exception {
        JsonNode content = ask(PNG, Map.of()).at("/messages/0/content");

        assertThat(content.at("/0/text").asText()).isEqualTo("What is this?");
        assertThat(content.at("/1/image_url/url").asText())
                .isEqualTo("data:image/png;base64," + Base64.getEncoder().encodeToString(PNG));
    }

    @Test
    void declaredTypeDecidesWhatAStreamIs() throws Exception {
        JsonNode content = ask(
                        new ByteArrayInputStream("%PDF-1.7 x".getBytes(StandardCharsets.US_ASCII)),
                        Map.of("Content-Type", "application/pdf; version=1.7", Exchange.FILE_NAME, "offer.pdf"))
                .at("/messages/0/content");

        assertThat(content.at("/1/type").asText()).isEqualTo("file");
        assertThat(content.at("/1/file/filename").asText()).isEqualTo("offer.pdf");
    }

    @Test
    void textBytesAreDecodedInTheirCharset() throws Exception {
        JsonNode content = ask(
                        "Grüße".getBytes(StandardCharsets.ISO_8859_1),
                        Map.of("Content-Type", "text/plain; charset=iso-8859-1"))
                .at("/messages/0/content");

        assertThat(content.toString()).contains("Grüße").contains("What is this?");
    }

    @Test
    void fileBodyIsRead() throws Exception {
        Path file = Files.writeString(folder.resolve("note.txt"), "Remember the milk");
        server.play(answer("ok"));

        template.requestBody("direct:file", file.toFile());

        assertThat(sent().at("/messages/0/content").asText()).isEqualTo("Remember the milk");
    }

    @Test
    void mapListAndTreeAreTakenInOpenAiShape() throws Exception {
        List<Map<String, String>> messages =
                List.of(Map.of("role", "system", "content", "Be brief"), Map.of("role", "user", "content", "Hi"));

        JsonNode fromMap = ask(Map.of("messages", messages, "temperature", 1), Map.of());
        JsonNode fromList = ask(messages, Map.of());
        JsonNode fromMessage = ask(Map.of("role", "user", "content", "Hi"), Map.of());
        JsonNode fromTree = ask(Json.MAPPER.valueToTree(Map.of("messages", messages)), Map.of());

        assertThat(fromMap.at("/messages/1/content").asText()).isEqualTo("Hi");
        assertThat(fromList.at("/messages/0/content").asText()).isEqualTo("Be brief");
        assertThat(fromMessage.at("/messages/0/content").asText()).isEqualTo("Hi");
        assertThat(fromTree.path("messages")).hasSize(2);
    }

    @Test
    void chatRequestAndMessagesAreTakenAsTheyAre() throws Exception {
        JsonNode fromRequest = ask(
                ChatRequest.builder("other")
                        .message(ChatMessage.User.of("Hi"))
                        .maxOutputTokens(7)
                        .build(),
                Map.of());
        JsonNode fromMessages = ask(List.of(ChatMessage.System.of("Be brief"), ChatMessage.User.of("Hi")), Map.of());

        assertThat(fromRequest.path("model").asText()).isEqualTo(MODEL);
        assertThat(fromRequest.path("max_completion_tokens").asInt()).isEqualTo(7);
        assertThat(fromMessages.path("messages")).hasSize(2);
    }

    @Test
    void openAiJsonTextIsARequestIfTheRouteSaysSo() throws Exception {
        server.play(answer("ok"));

        template.requestBody(
                "direct:openai", "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":5}");

        JsonNode sent = sent();
        assertThat(sent.at("/messages/0/content").asText()).isEqualTo("Hi");
        assertThat(sent.path("max_completion_tokens").asInt()).isEqualTo(5);
    }

    @Test
    void wrongOpenAiJsonIsRefusedWithItsPlace() {
        Exchange failed = template.request(
                "direct:openai", exchange -> exchange.getMessage().setBody("{\"messages\":[{\"role\":7}]}"));

        assertThat(failed.getException())
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("messages[0].role");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void bytesOfUnknownKindAreRefused() {
        assertThat(refused(new byte[] {0, 1, 2, (byte) 0xFF}))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining(LlmConstants.MEDIA_TYPE);
    }

    @Test
    void bodyAboveTheLimitIsRefused() {
        assertThat(refused(new byte[1001]))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("maxInputBytes=1000");
        assertThat(refused(new ByteArrayInputStream(new byte[5000]))).hasMessageContaining("maxInputBytes=1000");
    }

    @Test
    void mapWithoutMessagesIsRefused() {
        assertThat(refused(Map.of("prompt", "Hi")))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("'messages' or 'role'");
    }
}
