package io.github.camelllm.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.ChatServerCodec.ServedRequest;
import io.github.camelllm.wire.anthropic.AnthropicDialect;
import io.github.camelllm.wire.gemini.GeminiDialect;
import io.github.camelllm.wire.sse.SseDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a provider signs comes back to it with the next turn, whatever its client speaks. */
class SignedTurnsTest {
    private static final Dialect ANTHROPIC = new AnthropicDialect();
    private static final Dialect GEMINI = new GeminiDialect();
    private static final WireTarget TARGET = WireTarget.of("acme", "m-1");

    private static final String GEMINI_CALLS =
            "{'candidates':[{'content':{'role':'model','parts':[{'functionCall':{'id':'c1','name':'w','args':{'city':'Rome'}},"
                    + "'thoughtSignature':'SIG'},{'functionCall':{'id':'c2','name':'w','args':{'city':'Oslo'}}}]},"
                    + "'finishReason':'STOP','index':0}],'responseId':'r','modelVersion':'m-1'}";

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void geminisSignaturesOfCallsGoThroughClientsOfAnthropic(boolean stream) {
        ArrayNode blocks = anthropicBlocks(GEMINI, GEMINI_CALLS, stream);
        assertThat(blocks.at("/0/extra_content/google/thought_signature").asText())
                .isEqualTo("SIG");
        assertThat(blocks.path(1).has("extra_content")).isFalse();
        JsonNode body = encode(GEMINI, ANTHROPIC, anthropicTurns(blocks));
        assertThat(body.at("/contents/1/parts/0/thoughtSignature").asText()).isEqualTo("SIG");
        assertThat(body.at("/contents/1/parts/1").has("thoughtSignature")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void geminisSignaturesAreNotForAnthropic(boolean stream) {
        ObjectNode turns = anthropicTurns(anthropicBlocks(GEMINI, GEMINI_CALLS, stream));
        byte[] bytes = bytes(turns);
        assertThat(ANTHROPIC.passThrough().fits(ANTHROPIC.passThrough().scan("/v1/messages", bytes), TARGET))
                .isFalse();
        assertThat(encode(ANTHROPIC, ANTHROPIC, turns).toString()).doesNotContain("SIG", "extra_content");
    }

    /** The blocks of an answer as a client of Anthropic has them at its end. */
    private static ArrayNode anthropicBlocks(Dialect provider, String answer, boolean stream) {
        ArrayNode blocks = Json.MAPPER.createArrayNode();
        if (!stream) {
            blocks.addAll((ArrayNode) tree(whole(provider, ANTHROPIC, answer)).path("content"));
            return blocks;
        }
        List<StringBuilder> inputs = new ArrayList<>();
        for (JsonNode event : streamed(provider, ANTHROPIC, answer)) {
            JsonNode delta = event.path("delta");
            if (event.has("content_block")) {
                blocks.add(event.path("content_block"));
                inputs.add(new StringBuilder());
            } else if (delta.has("partial_json")) {
                inputs.get(event.path("index").asInt())
                        .append(delta.path("partial_json").asText());
            } else if (delta.has("thinking") || delta.has("signature")) {
                String member = delta.has("thinking") ? "thinking" : "signature";
                ObjectNode block = (ObjectNode) blocks.get(event.path("index").asInt());
                block.put(member, block.path(member).asText() + delta.path(member).asText());
            }
        }
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i).path("type").asText().equals("tool_use")) {
                ((ObjectNode) blocks.get(i)).set("input", tree(inputs.get(i).toString()));
            }
        }
        return blocks;
    }

    private static ObjectNode anthropicTurns(ArrayNode blocks) {
        ObjectNode body = (ObjectNode) tree("{'model':'m-1','max_tokens':9000,'messages':[{'role':'user','content':'q'},"
                + "{'role':'assistant'},{'role':'user','content':[{'type':'tool_result','tool_use_id':'c1','content':'x'},"
                + "{'type':'tool_result','tool_use_id':'c2','content':'y'}]}]}");
        ((ObjectNode) body.at("/messages/1")).set("content", blocks);
        return body;
    }

    private static byte[] whole(Dialect provider, Dialect client, String answer) {
        return client.server()
                .encode(provider.chat().decode(bytes(tree(answer)), WireHeaders.NONE, TARGET), served(false));
    }

    private static List<JsonNode> streamed(Dialect provider, Dialect client, String frames) {
        StreamDecoder decoder = provider.chat().streamDecoder(TARGET);
        List<StreamEvent> events = new ArrayList<>();
        for (String frame : frames.split("\n", -1)) {
            byte[] payload = bytes(tree(frame));
            events.addAll(decoder.decode(new Frame("", payload, 0, payload.length)));
        }
        events.addAll(decoder.end());
        ChatServerCodec.StreamEncoder encoder = client.server().streamEncoder(served(true));
        List<JsonNode> sent = new ArrayList<>();
        SseDecoder reader = new SseDecoder(1 << 20);
        for (StreamEvent event : events) {
            reader.decode(ByteBuffer.wrap(encoder.encode(event)), frame -> {
                if (!frame.payloadIs("[DONE]")) {
                    sent.add(tree(frame.text()));
                }
            });
        }
        return sent;
    }

    private static ServedRequest served(boolean stream) {
        return new ServedRequest(ChatRequest.builder("m-1").build(), stream, true);
    }

    private static JsonNode encode(Dialect provider, Dialect client, JsonNode body) {
        ChatRequest request =
                client.server().decode("/v1/models/m-1:generateContent", bytes(body)).request();
        WireTarget target = TARGET.withOwnDialect(provider == client);
        return tree(new String(
                provider.chat().encode(request, false, target).body(), StandardCharsets.UTF_8));
    }

    private static byte[] bytes(JsonNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode tree(byte[] json) {
        return tree(new String(json, StandardCharsets.UTF_8));
    }

    private static JsonNode tree(String json) {
        try {
            return Json.MAPPER.readTree(json.startsWith("{'") ? json.replace('\'', '"') : json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("the test's own JSON is wrong", e);
        }
    }
}
