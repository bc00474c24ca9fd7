package io.github.camelllm.wire.gemini;

import static io.github.camelllm.wire.gemini.GeminiCases.DIALECT;
import static io.github.camelllm.wire.gemini.GeminiCases.TARGET;
import static io.github.camelllm.wire.gemini.GeminiCases.encoded;
import static io.github.camelllm.wire.gemini.GeminiCases.json;
import static io.github.camelllm.wire.gemini.GeminiCases.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.wire.WireTarget;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GeminiHistoryTest {
    private static ChatRequest.Builder ask() {
        return ChatRequest.builder("gemini-3-flash").message(ChatMessage.User.of("hi"));
    }

    @Test
    void sendsAnswersBackPartByPartWithTheirSignatures() {
        ChatRequest request = conversation(
                ContentPart.Reasoning.of("hm"),
                new ContentPart.Reasoning(
                        "mine", Optional.of("S0"), Optional.empty(), Optional.of("{\"dialect\":\"gemini\"}")),
                new ContentPart.Reasoning("foreign", Optional.of("X"), Optional.empty(), Optional.empty()),
                new ContentPart.Text("a", List.of(), Optional.empty(), Optional.of("S1")),
                ContentPart.Text.of("b"),
                new ContentPart.Text("", List.of(), Optional.empty(), Optional.of("S2")),
                new ContentPart.ToolCall("own", "f", "{\"n\":1.50}", false, Optional.of("S3"), Optional.empty()),
                new ContentPart.ToolCall(
                        "gemcall_r_0_1",
                        "g",
                        "{}",
                        false,
                        Optional.empty(),
                        Optional.of("{\"gemini\":{\"part\":{\"k\":1},\"functionCall\":{\"x\":2}}}")),
                new ContentPart.Opaque(
                        "gemini", "executableCode", "{\"executableCode\":{\"code\":\"1\"}}", Optional.empty()),
                new ContentPart.Opaque("anthropic", "compaction", "{\"secret\":1}", Optional.empty()),
                new ContentPart.Refusal("no"));
        assertThat(encoded(request, TARGET).at("/contents/1/parts"))
                .isEqualTo(json("[{'text':'hm','thought':true},{'text':'mine','thought':true,'thoughtSignature':'S0'},"
                        + "{'text':'a','thoughtSignature':'S1'},{'text':'b'},{'text':'','thoughtSignature':'S2'},"
                        + "{'functionCall':{'id':'own','name':'f','args':{'n':1.50}},'thoughtSignature':'S3'},"
                        + "{'functionCall':{'name':'g','args':{},'x':2},'k':1},"
                        + "{'executableCode':{'code':'1'}},{'text':'no'}]"));
        assertThat(encoded(request, with("replay-thoughts", "false")).at("/contents/1/parts/0"))
                .isEqualTo(json("{'text':'a','thoughtSignature':'S1'}"));
    }

    @Test
    void sendsCallsOfOtherModelsThatAreNoObjects() {
        ChatRequest request = conversation(
                ContentPart.ToolCall.of("c1", "f", "{\"broken"),
                new ContentPart.ToolCall("c2", "g", "free text", true, Optional.empty(), Optional.of("{\"other\":1}")));
        assertThat(encoded(request, TARGET).at("/contents/1/parts"))
                .isEqualTo(json("[{'functionCall':{'id':'c1','name':'f','args':{'input':'{\\u0022broken'}}},"
                        + "{'functionCall':{'id':'c2','name':'g','args':{'input':'free text'}}}]"));
        assertThat(encoded(request, with("tool-ids", "false")).at("/contents/1/parts/1/functionCall/id"))
                .isEmpty();
    }

    @Test
    void fillsInASignatureForCallsOfOtherModels() {
        WireTarget target = with("missing-signature", "none_here");
        JsonNode foreign = encoded(
                        conversation(ContentPart.ToolCall.of("a", "f", "{}"), ContentPart.ToolCall.of("b", "f", "{}")),
                        target)
                .at("/contents/1/parts");
        assertThat(foreign.path(0).path("thoughtSignature").asText()).isEqualTo("none_here");
        assertThat(foreign.path(1).has("thoughtSignature")).isFalse();
        JsonNode own = encoded(
                        conversation(
                                ContentPart.ToolCall.of("a", "f", "{}"),
                                new ContentPart.ToolCall("b", "f", "{}", false, Optional.of("S"), Optional.empty())),
                        target)
                .at("/contents/1/parts");
        assertThat(own.path(0).has("thoughtSignature")).isFalse();
    }

    @Test
    void writesToolResultsInTheOrderOfTheirCalls() {
        ChatRequest request = ask().message(ChatMessage.Assistant.of(List.of(
                        ContentPart.ToolCall.of("gemcall_r_0_0", "f", "{}"),
                        ContentPart.ToolCall.of("gemcall_r_0_1", "f", "{}"),
                        ContentPart.ToolCall.of("own", "g", "{}"))))
                .message(ChatMessage.Tool.of("own", "{\"deg\": 18}"))
                .message(new ChatMessage.Tool(
                        "gemcall_r_0_1", Optional.empty(), List.of(ContentPart.Text.of("broken")), true))
                .message(ChatMessage.Tool.of("gemcall_r_0_0", "[1,2]"))
                .message(ChatMessage.User.of("so?"))
                .build();
        JsonNode contents = encoded(request, TARGET).path("contents");
        assertThat(contents.path(2))
                .isEqualTo(json("{'role':'user','parts':["
                        + "{'functionResponse':{'name':'f','response':{'result':'[1,2]'}}},"
                        + "{'functionResponse':{'name':'f','response':{'error':'broken'}}},"
                        + "{'functionResponse':{'id':'own','name':'g','response':{'deg':18}}}]}"));
        assertThat(contents.path(3))
                .as("results stand alone")
                .isEqualTo(json("{'role':'user','parts':[{'text':'so?'}]}"));
    }

    @Test
    void findsTheNearestCallForAResult() {
        ChatRequest request = ask().message(call("old"))
                .message(ChatMessage.Tool.of("gemcall__0_0", "1"))
                .message(call("new"))
                .message(ChatMessage.Tool.of("gemcall__0_0", "2"))
                .build();
        JsonNode contents = encoded(request, TARGET).path("contents");
        assertThat(contents.at("/2/parts/0/functionResponse/name").asText()).isEqualTo("old");
        assertThat(contents.at("/4/parts/0/functionResponse/name").asText()).isEqualTo("new");
    }

    @Test
    void refusesAResultWithoutACall() {
        ChatRequest request =
                ask().message(ChatMessage.Tool.of("unknown-id", "secret")).build();
        assertThatThrownBy(() -> DIALECT.chat().encode(request, false, TARGET))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("messages[1]: a tool result needs toolName")
                .hasMessageNotContaining("secret");
    }

    @Test
    void writesMediaOfToolResultsWhereTheModelTakesIt() {
        ChatRequest request = ask().message(call("shot"))
                .message(new ChatMessage.Tool(
                        "gemcall__0_0",
                        Optional.of("shot"),
                        List.of(
                                ContentPart.Text.of("here"),
                                ContentPart.Media.of(MediaKind.IMAGE, new MediaSource.Inline("image/png", "AAAA"))),
                        false))
                .build();
        assertThat(encoded(request, TARGET).path("contents").path(3))
                .isEqualTo(json("{'role':'user','parts':[{'inlineData':{'mimeType':'image/png','data':'AAAA'}}]}"));
        assertThat(encoded(request, with("tool-media", "parts")).at("/contents/2/parts/0/functionResponse"))
                .isEqualTo(json("{'name':'shot','response':{'result':'here'},"
                        + "'parts':[{'inlineData':{'mimeType':'image/png','data':'AAAA'}}]}"));
    }

    private static ChatRequest conversation(ContentPart... answer) {
        return ask().message(ChatMessage.Assistant.of(Arrays.asList(answer)))
                .message(ChatMessage.User.of("next"))
                .build();
    }

    private static ChatMessage call(String name) {
        return ChatMessage.Assistant.of(List.of(ContentPart.ToolCall.of("gemcall__0_0", name, "{}")));
    }
}
