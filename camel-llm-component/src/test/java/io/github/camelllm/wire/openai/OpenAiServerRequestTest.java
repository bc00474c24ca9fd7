package io.github.camelllm.wire.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiServerRequestTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"messages\":[]} | model: expected a string, got nothing",
                "{\"model\":7,\"messages\":[]} | model: expected a string, got a number",
                "{\"model\":\"m\"} | messages: expected an array, got nothing",
                "{\"model\":\"m\",\"messages\":{}} | messages: expected an array, got an object",
                "{\"model\":\"m\",\"messages\":[\"zanzibar\"]} | messages[0]: expected an object, got a string",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"zanzibar\"}]} | messages[0].role: expected system, developer, user, assistant, tool or function, got another string",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":7}]} | messages[0].content: expected a string or an array, got a number",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]} | messages[0].content[0].text: expected a string, got nothing",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]} | messages[0].tool_call_id: expected a string, got nothing",
                "{\"model\":\"m\",\"messages\":[],\"temperature\":\"hot\"} | temperature: expected a number, got a string",
                "{\"model\":\"m\",\"messages\":[],\"max_tokens\":1.5} | max_tokens: expected a whole number of at most 31 bits, got a number",
                "{\"model\":\"m\",\"messages\":[],\"max_tokens\":-1} | max_tokens: expected at least 1, got -1",
                "{\"model\":\"m\",\"messages\":[],\"max_completion_tokens\":0} | max_completion_tokens: expected at least 1, got 0",
                "{\"model\":\"m\",\"messages\":[],\"n\":0} | n: expected at least 1, got 0",
                "{\"model\":\"m\",\"messages\":[],\"stream\":\"yes\"} | stream: expected a boolean, got a string",
                "{\"model\":\"m\",\"messages\":[],\"stop\":[1]} | stop[0]: expected a string",
                "{\"model\":\"m\",\"messages\":[],\"tools\":[{\"type\":\"function\",\"function\":{}}]} | tools[0].function.name: expected a string, got nothing",
                "{\"model\":\"m\",\"messages\":[],\"tool_choice\":\"zanzibar\"} | tool_choice: expected auto, none, required or an object, got another string"
            })
    void badRequestIsRefusedWithPathAndTypes(String body, String message) {
        assertThatThrownBy(() -> Exchanges.serve(body))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessage(message);
    }

    @Test
    void deprecatedFunctionsAreTools() {
        ChatRequest request = Exchanges.serve(
                        "{\"model\":\"m\",\"functions\":[{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}],\"function_call\":{\"name\":\"f\"},"
                                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"content\":null,\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}},{\"role\":\"function\",\"name\":\"f\",\"content\":\"1\"}]}")
                .request();
        assertThat(request.tools()).hasSize(1).first().isInstanceOfSatisfying(Tool.Function.class, f -> assertThat(
                        f.name())
                .isEqualTo("f"));
        assertThat(request.toolChoice()).contains(new ToolChoice.Function("f"));
        String id = ((ChatMessage.Assistant) request.messages().get(1))
                .toolCalls()
                .get(0)
                .id();
        assertThat(((ChatMessage.Tool) request.messages().get(2)).toolCallId()).isEqualTo(id);
    }

    @Test
    void bothNamesOfTheOutputLimitAreRead() {
        assertThat(Exchanges.serve("{\"model\":\"m\",\"messages\":[],\"max_tokens\":5}")
                        .request()
                        .maxOutputTokens())
                .hasValue(5);
        assertThat(Exchanges.serve("{\"model\":\"m\",\"messages\":[],\"max_tokens\":5,\"max_completion_tokens\":6}")
                        .request()
                        .maxOutputTokens())
                .hasValue(6);
    }

    @Test
    void usageAtTheEndOfAStreamIsForThoseWhoAskForIt() {
        assertThat(Exchanges.serve("{\"model\":\"m\",\"messages\":[],\"stream\":true}")
                        .streamUsage())
                .isFalse();
        assertThat(Exchanges.serve(
                                "{\"model\":\"m\",\"messages\":[],\"stream\":true,\"stream_options\":{\"include_usage\":true}}")
                        .streamUsage())
                .isTrue();
    }

    @Test
    void whatIsNotUnderstoodIsKept() {
        String thinking = "{\"type\":\"enabled\",\"clear_thinking\":true}";
        Map<String, Object> extra = Exchanges.serve(
                        "{\"model\":\"m\",\"messages\":[],\"thinking\":" + thinking
                                + ",\"reasoning_effort\":\"turbo\",\"response_format\":{\"type\":\"grammar\"},\"metadata\":{\"n\":1},\"tool_choice\":{\"type\":\"web_search\"},\"top_a\":0.1}")
                .request()
                .clientMembers()
                .orElseThrow()
                .members();
        assertThat(extra.keySet())
                .containsExactlyInAnyOrder(
                        "thinking", "reasoning_effort", "response_format", "metadata", "tool_choice", "top_a");
    }

    /** A part of a question and the members in it that the vocabulary lacks. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type":"text","text":"x","id":"p1"}                                                         | Text
            {"type":"text","text":"x","cache_control":{"type":"ephemeral","scope":"global"}}              | Text
            {"type":"image_url","image_url":{"url":"https://x/y.png","min_pixels":4}}                     | Media
            {"type":"image_url","image_url":{"url":"https://x/y.png"},"max_pixels":4}                     | Media
            {"type":"video_url","video_url":{"url":"https://x/y.mp4"},"fps":2}                            | Media
            {"type":"input_audio","input_audio":{"data":"QUJD","format":"wav","rate":1}}                  | Media
            {"type":"file","file":{"file_data":"data:application/pdf;base64,QUJD","filename":"a.pdf"},"pages":"1"} | Media
            """)
    void partsWithMembersThatAreNotReadAreKept(String part, String plain) {
        ChatRequest request = Exchanges.serve(
                        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[" + part + "]}]}")
                .request();

        assertThat(request.messages().get(0).content())
                .singleElement()
                .isInstanceOfSatisfying(ContentPart.Opaque.class, opaque -> assertThat(opaque.plain())
                        .singleElement()
                        .extracting(read -> read.getClass().getSimpleName())
                        .isEqualTo(plain));
        JsonNode sent = Exchanges.encode(request).path("messages").path(0).path("content");
        assertThat(sent.path(0)).isEqualTo(Exchanges.tree(part));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"text\",\"text\":\"x\",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"},\"y\":null}",
                "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y.png\",\"detail\":\"low\"}}",
                "{\"type\":\"image_url\",\"image_url\":\"https://x/y.png\"}",
                "{\"type\":\"document_url\",\"document_url\":\"https://x/y.pdf\",\"document_name\":\"y\"}",
                "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"QUJD\",\"format\":\"wav\"}}",
                "{\"type\":\"file\",\"file_id\":\"f\"}",
                "{\"type\":\"file\",\"file\":{\"file_id\":\"f\"}}",
                "{\"type\":\"file\",\"file\":{\"file_data\":\"data:application/pdf;base64,QUJD\",\"filename\":\"a.pdf\"}}"
            })
    void partsThatAreReadWholeAreNotOpaque(String part) {
        assertThat(Exchanges.serve("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[" + part + "]}]}")
                        .request()
                        .messages()
                        .get(0)
                        .content())
                .noneMatch(ContentPart.Opaque.class::isInstance);
    }

    @Test
    void keptPartsAreRefusedWhereTheirMediaAreAndPlainWhereTextsAreStrings() {
        ChatRequest image = Exchanges.serve("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":["
                        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y.png\",\"min_pixels\":4}}]}]}")
                .request();
        ChatRequest text = Exchanges.serve("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":["
                        + "{\"type\":\"text\",\"text\":\"x\",\"id\":\"1\"},{\"type\":\"text\",\"text\":\"y\"}]}]}")
                .request();

        assertThatThrownBy(() -> Exchanges.encode(image, Exchanges.omitting("image")))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("'image'");
        assertThat(text.messages().get(0).text()).isEqualTo("xy");
        assertThat(Exchanges.encode(text, Exchanges.with("text-parts", "string"))
                        .path("messages")
                        .path(0)
                        .path("content")
                        .asText())
                .isEqualTo("xy");
        assertThat(Exchanges.dropped(text, Exchanges.with("text-parts", "string")))
                .containsExactly("messages.text.members");
    }

    @Test
    void functionsWithMembersThatAreNotReadAreKept() {
        String tool = "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict\":true,\"defer\":true}}";
        ChatRequest request = Exchanges.serve("{\"model\":\"m\",\"messages\":[],\"tools\":[" + tool
                        + "],\"functions\":[{\"name\":\"g\",\"x\":1}],"
                        + "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}}")
                .request();

        assertThat(request.tools())
                .allSatisfy(read -> assertThat(((Tool.Native) read).plain()).isPresent());
        JsonNode sent = Exchanges.encode(request);
        assertThat(sent.path("tools").path(0)).isEqualTo(Exchanges.tree(tool));
        assertThat(sent.path("tools").path(1).path("function").path("x").asInt())
                .isEqualTo(1);
        assertThat(sent.path("tool_choice").path("type").asText()).isEqualTo("function");
        JsonNode lacking = Exchanges.encode(request, Exchanges.omitting("strict"));
        assertThat(lacking.path("tools").path(0).path("function").has("strict")).isFalse();
    }
}
