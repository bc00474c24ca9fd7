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
import io.github.camelllm.wire.openai.OpenAiChatDialect;
import io.github.camelllm.wire.sse.SseDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a provider signs comes back to it with the next turn, whatever its client speaks. */
class SignedTurnsTest {
    private static final Dialect ANTHROPIC = new AnthropicDialect();
    private static final Dialect GEMINI = new GeminiDialect();
    private static final Dialect OPENAI = new OpenAiChatDialect();
    private static final WireProfile BUDGET =
            new WireProfile(Set.of(), Map.of(), Map.of(), Map.of(), Map.of("thinking", "budget"));
    private static final WireTarget TARGET = WireTarget.of("acme", "m-1");

    private static final String GEMINI_CALLS =
            "{'candidates':[{'content':{'role':'model','parts':[{'functionCall':{'id':'c1','name':'w','args':{'city':'Rome'}},"
                    + "'thoughtSignature':'SIG'},{'functionCall':{'id':'c2','name':'w','args':{'city':'Oslo'}}}]},"
                    + "'finishReason':'STOP','index':0}],'responseId':'r','modelVersion':'m-1'}";

    private static final String CLAUDE =
            "{'id':'msg_1','type':'message','role':'assistant','model':'m-1','content':[{'type':'thinking','thinking':'Hm',"
                    + "'signature':'sig=='},{'type':'redacted_thinking','data':'AA/+'},{'type':'redacted_thinking','data':'BB=='},"
                    + "{'type':'tool_use','id':'c1','name':'w','input':{'city':'Rome'}}],'stop_reason':'tool_use','usage':{}}";
    private static final ArrayNode CLAUDES_BLOCKS = (ArrayNode) tree(CLAUDE).path("content");
    private static final String CLAUDE_STREAM =
            "{'type':'message_start','message':{'id':'msg_1','model':'m-1','content':[],'usage':{}}}\n"
                    + "{'type':'content_block_start','index':0,'content_block':{'type':'thinking','thinking':'','signature':''}}\n"
                    + "{'type':'content_block_delta','index':0,'delta':{'type':'thinking_delta','thinking':'Hm'}}\n"
                    + "{'type':'content_block_delta','index':0,'delta':{'type':'signature_delta','signature':'sig=='}}\n"
                    + "{'type':'content_block_stop','index':0}\n"
                    + "{'type':'content_block_start','index':1,'content_block':{'type':'redacted_thinking','data':'AA/+'}}\n"
                    + "{'type':'content_block_stop','index':1}\n"
                    + "{'type':'content_block_start','index':2,'content_block':{'type':'redacted_thinking','data':'BB=='}}\n"
                    + "{'type':'content_block_stop','index':2}\n"
                    + "{'type':'content_block_start','index':3,'content_block':{'type':'tool_use','id':'c1','name':'w','input':{}}}\n"
                    + "{'type':'content_block_delta','index':3,'delta':{'type':'input_json_delta','partial_json':'{\\'city\\':\\'Rome\\'}'}}\n"
                    + "{'type':'content_block_stop','index':3}\n"
                    + "{'type':'message_delta','delta':{'stop_reason':'tool_use'},'usage':{}}\n{'type':'message_stop'}";

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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void claudesThinkingGoesThroughClientsOfOpenAi(boolean stream) {
        ObjectNode message = openAiMessage(stream);
        assertThat(message.path("reasoning_details")).hasSize(3);
        assertThat(message.at("/reasoning_details/0/format").asText()).isEqualTo("anthropic-claude-v1");
        JsonNode sent = encode(ANTHROPIC, OPENAI, openAiTurns(message));
        assertThat(sent.at("/messages/1/content")).isEqualTo(CLAUDES_BLOCKS);
        assertThat(sent.at("/thinking/type").asText()).isEqualTo("enabled");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void claudesThinkingGoesThroughClientsOfGemini(boolean stream) {
        ArrayNode parts = geminiParts(stream);
        // A client may read signatures as bytes and write them in the other alphabet
        parts.forEach(part -> {
            if (part.has("thoughtSignature")) {
                byte[] signature =
                        Base64.getDecoder().decode(part.path("thoughtSignature").asText());
                ((ObjectNode) part)
                        .put("thoughtSignature", Base64.getUrlEncoder().encodeToString(signature));
            }
        });
        JsonNode sent = encode(ANTHROPIC, GEMINI, geminiTurns(parts));
        assertThat(sent.at("/messages/1/content")).isEqualTo(CLAUDES_BLOCKS);
        assertThat(encode(GEMINI, GEMINI, geminiTurns(parts)).at("/contents/1/parts"))
                .isEqualTo(tree("[{\"functionCall\":{\"id\":\"c1\",\"name\":\"w\",\"args\":{\"city\":\"Rome\"}}}]"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void claudesThinkingIsNotForGemini(boolean stream) {
        ObjectNode turns = geminiTurns(geminiParts(stream));
        String path = "/v1beta/models/m-1:generateContent";
        assertThat(GEMINI.passThrough().fits(GEMINI.passThrough().scan(path, bytes(turns)), TARGET))
                .isFalse();
        assertThat(encode(GEMINI, GEMINI, turns).toString())
                .doesNotContain("thoughtSignature")
                .contains("functionCall");
        String own =
                turns.toString().replaceAll("\"thoughtSignature\":\"[^\"]*\"", "\"thoughtSignature\":\"R2VtaW5p\"");
        assertThat(GEMINI.passThrough()
                        .fits(GEMINI.passThrough().scan(path, own.getBytes(StandardCharsets.UTF_8)), TARGET))
                .isTrue();
    }

    @Test
    void thinkingIsOffWhereAClientLostIt() {
        ObjectNode message = openAiMessage(false);
        message.remove("reasoning_details");
        byte[] turns = bytes(openAiTurns(message));
        EncodedRequest sent =
                ANTHROPIC.chat().encode(OPENAI.server().decode("", turns).request(), false, TARGET.withProfile(BUDGET));
        assertThat(tree(sent.body()).at("/thinking/type").asText()).isEqualTo("disabled");
        assertThat(sent.dropped()).containsExactly("reasoning");
    }

    private static ObjectNode openAiMessage(boolean stream) {
        if (!stream) {
            return (ObjectNode) tree(whole(ANTHROPIC, OPENAI, CLAUDE)).at("/choices/0/message");
        }
        ObjectNode message = (ObjectNode) tree("{'role':'assistant','content':null}");
        for (JsonNode chunk : streamed(ANTHROPIC, OPENAI, CLAUDE_STREAM)) {
            for (String list : List.of("reasoning_details", "tool_calls")) {
                for (JsonNode entry : chunk.at("/choices/0/delta").path(list)) {
                    merge(message.withArrayProperty(list), (ObjectNode) entry);
                }
            }
        }
        return message;
    }

    /** As clients put pieces of one type and index together. */
    private static void merge(ArrayNode entries, ObjectNode piece) {
        for (JsonNode entry : entries) {
            if (entry.path("index").equals(piece.path("index"))) {
                assertThat(piece.has("type"))
                        .as("another entry of the same index")
                        .isFalse();
                ObjectNode function = (ObjectNode) entry.path("function");
                String more = piece.at("/function/arguments").asText();
                function.put("arguments", function.path("arguments").asText() + more);
                return;
            }
        }
        entries.add(piece);
    }

    private static ArrayNode geminiParts(boolean stream) {
        ArrayNode parts = Json.MAPPER.createArrayNode();
        List<JsonNode> answers =
                stream ? streamed(ANTHROPIC, GEMINI, CLAUDE_STREAM) : List.of(tree(whole(ANTHROPIC, GEMINI, CLAUDE)));
        for (JsonNode answer : answers) {
            for (JsonNode part : answer.at("/candidates/0/content/parts")) {
                boolean isEmpty = part.path("text").asText("x").isEmpty() && !part.has("thoughtSignature");
                if (!isEmpty) {
                    parts.add(part);
                }
            }
        }
        return parts;
    }

    private static ObjectNode openAiTurns(ObjectNode message) {
        ObjectNode body = (ObjectNode) tree("{'model':'m-1','max_tokens':9000,'reasoning_effort':'low','messages':["
                + "{'role':'user','content':'q'},null,{'role':'tool','tool_call_id':'c1','content':'x'}]}");
        ((ArrayNode) body.path("messages")).set(1, message);
        return body;
    }

    private static ObjectNode geminiTurns(ArrayNode parts) {
        ObjectNode body = (ObjectNode) tree("{'contents':[{'role':'user','parts':[{'text':'q'}]},{'role':'model'},"
                + "{'role':'user','parts':[{'functionResponse':{'id':'c1','name':'w','response':{'result':'x'}}}]}]}");
        ((ObjectNode) body.at("/contents/1")).set("parts", parts);
        return body;
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
                block.put(
                        member, block.path(member).asText() + delta.path(member).asText());
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
        ObjectNode body =
                (ObjectNode) tree("{'model':'m-1','max_tokens':9000,'messages':[{'role':'user','content':'q'},"
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
        ChatRequest request = client.server()
                .decode("/v1/models/m-1:generateContent", bytes(body))
                .request();
        boolean own = provider.name().equals(client.name());
        WireTarget target = TARGET.withOwnDialect(own).withProfile(provider == ANTHROPIC ? BUDGET : WireProfile.PLAIN);
        return tree(new String(provider.chat().encode(request, false, target).body(), StandardCharsets.UTF_8));
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
