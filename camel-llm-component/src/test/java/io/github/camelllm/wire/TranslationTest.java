package io.github.camelllm.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ClientMembers;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.wire.anthropic.AnthropicDialect;
import io.github.camelllm.wire.gemini.GeminiDialect;
import io.github.camelllm.wire.openai.OpenAiChatDialect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client of one dialect says in words of its own, to providers of the others. */
class TranslationTest {
    private static final WireTarget TARGET = WireTarget.of("example", "m");
    private static final List<Dialect> DIALECTS =
            List.of(new OpenAiChatDialect(), new AnthropicDialect(), new GeminiDialect());

    private static final Map<String, String> HEADS = Map.of(
            "openai-chat", "'model':'m','messages':[{'role':'user','content':'Hi'}]",
            "anthropic", "'model':'m','max_tokens':9,'messages':[{'role':'user','content':'Hi'}]",
            "gemini", "'contents':[{'role':'user','parts':[{'text':'Hi'}]}]");

    private static Dialect dialect(String name) {
        return DIALECTS.stream()
                .filter(dialect -> dialect.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ChatRequest asked(String name, String members) {
        return decoded(name, HEADS.get(name) + "," + members);
    }

    private static ChatRequest decoded(String name, String members) {
        String body = ("{" + members + "}").replace('\'', '"');
        String path = name.equals("gemini") ? "/v1beta/models/m:generateContent" : "/v1/any";
        return dialect(name)
                .server()
                .decode(path, body.getBytes(StandardCharsets.UTF_8))
                .request();
    }

    private static Set<String> members(EncodedRequest encoded) throws IOException {
        JsonNode body = Json.MAPPER.readTree(encoded.body());
        Set<String> names = new LinkedHashSet<>();
        body.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Members of a client's request, those of them that the vocabulary lacks, and those that change the question. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            openai-chat | 'modalities':['text'],'prediction':{'type':'content'},'top_a':0.1 | modalities prediction top_a |
            openai-chat | 'reasoning_effort':'turbo','metadata':{'n':1}     | reasoning_effort metadata |
            openai-chat | 'web_search_options':{},'modalities':['image']    | web_search_options modalities | web_search_options modalities
            openai-chat | 'response_format':{'type':'grammar'}              | response_format | response_format
            anthropic   | 'output_config':{'effort':'high'},'context_management':{'edits':[]},'cache_control':{'type':'ephemeral'} | context_management cache_control |
            anthropic   | 'output_config':{'task_budget':{}}                | output_config |
            anthropic   | 'mcp_servers':[],'container':'c','inference_geo':'eu' | mcp_servers container inference_geo | mcp_servers container inference_geo
            gemini      | 'safetySettings':[],'generationConfig':{'thinkingConfig':{'thinkingBudget':-1}} | safetySettings generationConfig.thinkingConfig |
            gemini      | 'cachedContent':'c','generationConfig':{'responseModalities':['IMAGE']} | cachedContent generationConfig.responseModalities | cachedContent generationConfig.responseModalities
            """)
    void membersOfAnotherDialectAreLeftOutAndNamed(String client, String members, String lacking, String meaning)
            throws IOException {
        ChatRequest request = asked(client, members);
        Set<String> dropped = new TreeSet<>(List.of(lacking.split(" ")));
        Set<String> meanings = meaning == null ? Set.of() : Set.of(meaning.split(" "));
        for (Dialect target : DIALECTS) {
            if (target.name().equals(client)) {
                continue;
            }
            EncodedRequest encoded = target.chat().encode(request, false, TARGET.withUnsupported(Unsupported.WARN));

            assertThat(encoded.dropped()).as(target.name()).containsAll(dropped);
            assertThat(members(encoded)).as(target.name()).doesNotContainAnyElementsOf(dropped);
            if (!client.equals("openai-chat")) {
                assertThat(members(encoded)).as(target.name()).doesNotContain("output_config", "safetySettings");
            }
            if (meanings.isEmpty()) {
                assertThat(target.chat().encode(request, false, TARGET).dropped())
                        .containsAll(dropped);
            } else {
                assertThatThrownBy(() -> target.chat().encode(request, false, TARGET))
                        .as(target.name())
                        .isInstanceOf(LlmInvalidRequestException.class)
                        .message()
                        .containsAnyOf(meanings.toArray(new String[0]));
            }
        }
        EncodedRequest own = dialect(client).chat().encode(request, false, TARGET);
        assertThat(own.dropped()).isEmpty();
        for (String name : dropped) {
            assertThat(members(own)).contains(name.replaceAll("\\..*", ""));
        }
    }

    @Test
    void effortAloneIsSaidInTheWordsOfOthers() throws IOException {
        ChatRequest request = asked("anthropic", "'output_config':{'effort':'high'}");

        EncodedRequest encoded = dialect("openai-chat").chat().encode(request, false, TARGET);

        assertThat(Json.MAPPER.readTree(encoded.body()).path("reasoning_effort").asText())
                .isEqualTo("high");
        assertThat(encoded.dropped()).isEmpty();
    }

    @Test
    void nullOfAClientIsNothing() throws IOException {
        for (String client : HEADS.keySet()) {
            ChatRequest request = asked(client, "'reasoning_effort':null,'audio':null,'prediction':null,'x':null");
            ChatRequest optioned =
                    request.toBuilder().extra(Map.of("reasoning_effort", "low")).build();

            assertThat(request.clientMembers()).isEmpty();
            for (Dialect target : DIALECTS) {
                assertThat(members(target.chat().encode(request, false, TARGET)))
                        .doesNotContain("reasoning_effort", "audio", "prediction", "x");
                assertThat(members(target.chat().encode(optioned, false, TARGET)))
                        .contains("reasoning_effort");
            }
        }
    }

    @Test
    void membersOfARouteGoToEveryDialectAndThoseOfAClientOverThemToItsOwn() throws IOException {
        ChatRequest request = ChatRequest.builder("m")
                .message(ChatMessage.User.of("Hi"))
                .extra(Map.of("x", "route", "y", "route"))
                .clientMembers(ClientMembers.of("gemini", Map.of("x", "client")))
                .build();
        for (Dialect target : DIALECTS) {
            EncodedRequest encoded = target.chat().encode(request, false, TARGET);

            JsonNode body = Json.MAPPER.readTree(encoded.body());
            assertThat(body.path("y").asText()).isEqualTo("route");
            boolean own = target.name().equals("gemini");
            assertThat(body.path("x").asText()).isEqualTo(own ? "client" : "route");
            assertThat(encoded.dropped()).isEqualTo(own ? List.of() : List.of("x"));
        }
    }

    /** Messages of a client, and their members that nobody is told. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            openai-chat | 'messages':[{'role':'user','content':'Hi','weight':0},{'role':'assistant','content':'So','prefix':true}] | messages.prefix messages.weight
            openai-chat | 'messages':[{'role':'user','content':[],'cache_control':{'type':'ephemeral'}}] | messages.cache_control
            openai-chat | 'messages':[{'role':'assistant','tool_calls':[{'id':'c','type':'function','function':{'name':'f','arguments':'{}','x':1},'y':1}]}] | messages.tool_calls.x messages.tool_calls.y
            openai-chat | 'messages':[{'role':'user','content':'Hi','not a name':1}] | members
            anthropic   | 'max_tokens':9,'messages':[{'role':'user','content':'Hi','id':'1'}] | messages.id
            gemini      | 'contents':[{'role':'user','parts':[{'text':'Hi'}],'etag':'1'}] | contents.etag
            """)
    void membersOfMessagesThatAreNotReadAreNamedToEveryDialect(String client, String messages, String unread) {
        ChatRequest request = decoded(client, "'model':'m'," + messages);
        for (Dialect target : DIALECTS) {
            assertThat(target.chat().encode(request, false, TARGET).dropped())
                    .as(target.name())
                    .contains(unread.split(" "));
            assertThatThrownBy(() -> target.chat().encode(request, false, TARGET.withUnsupported(Unsupported.ERROR)))
                    .as(target.name())
                    .isInstanceOf(LlmInvalidRequestException.class)
                    .hasMessageContaining("'" + unread.split(" ")[0] + "'");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            openai-chat | 'messages':[{'role':'assistant','content':'So','refusal':null,'annotations':[],'citations':[],'audio':null,'tool_calls':[{'index':0,'id':'c','type':'function','function':{'name':'f','arguments':'{}'}}]},{'role':'tool','tool_call_id':'c','name':'f','content':'1'}]
            openai-chat | 'messages':[{'role':'user','name':'Ann','content':'Hi','cache_control':{'type':'ephemeral'}},{'role':'assistant','content':'So','reasoning':'Well','reasoning_details':[],'images':[],'extra_content':{'google':{'thought_signature':'s'}}}]
            anthropic   | 'max_tokens':9,'messages':[{'role':'user','content':'Hi','id':null}]
            gemini      | 'systemInstruction':{'role':'system','parts':[{'text':'Be brief'}]},'contents':[{'parts':[{'text':'Hi'}]}]
            """)
    void messagesThatAreReadWholeLeaveNothingUnread(String client, String messages) {
        assertThat(decoded(client, "'model':'m'," + messages).unread()).isEmpty();
    }

    private static ChatRequest asking(String content) {
        return decoded(
                "anthropic", "'model':'m','max_tokens':9,'messages':[{'role':'user','content':[" + content + "]}]");
    }

    private static String sent(String dialect, ChatRequest request) {
        return new String(dialect(dialect).chat().encode(request, false, TARGET).body(), StandardCharsets.UTF_8);
    }

    /** A content block of Anthropic's, what is dropped, and what providers of the others are told. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'type':'text','text':'sum up','cache_control':{'type':'ephemeral','scope':'x'}} | messages.text.members | sum up
            {'type':'document','source':{'type':'base64','media_type':'application/pdf','data':'QUJD'},'citations':{'enabled':true}} | messages.document.members | QUJD
            {'type':'document','source':{'type':'text','media_type':'text/plain','data':'ABC'},'context':'of May','title':'t'} | messages.document.members | QUJD, of May
            {'type':'document','source':{'type':'content','content':'so it was'}} | messages.document.members | so it was
            {'type':'document','source':{'type':'content','content':[{'type':'text','text':'so it was'}]}} | messages.document.members | so it was
            """)
    void whatAnotherFormatSaysWithMoreMembersIsSaidWithoutThem(String block, String dropped, String told) {
        ChatRequest request = asking(block + ",{'type':'text','text':'question'}");
        for (String target : List.of("openai-chat", "gemini")) {
            assertThat(sent(target, request))
                    .as(target)
                    .contains(told.split(", "))
                    .contains("question");
            assertThat(dialect(target).chat().encode(request, false, TARGET).dropped())
                    .as(target)
                    .contains(dropped);
        }
        assertThat(sent("anthropic", request)).contains(block.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'type':'search_result','source':'s','title':'t','content':[]} | messages
            {'type':'tool_reference','tool_name':'f'}                      | messages
            {'type':'tool_result','tool_use_id':'t','content':'x','later':true} | messages
            {'type':'document','source':{'type':'content','content':[{'type':'search_result'}]}} | messages
            """)
    void whatOnlyAnotherFormatCanSayIsRefused(String block, String option) {
        ChatRequest request = asking(block + ",{'type':'text','text':'question'}");
        for (String target : List.of("openai-chat", "gemini")) {
            assertThatThrownBy(() -> sent(target, request))
                    .as(target)
                    .isInstanceOf(LlmInvalidRequestException.class)
                    .hasMessageContaining("'" + option);
        }
        assertThat(sent("anthropic", request)).contains(block.replace('\'', '"'));
    }

    @Test
    void partsOfGeminisThatOthersCannotSayAreRefused() {
        for (String part : List.of(
                "{'fileData':{'fileUri':'https://x/v.mp4','mimeType':'video/mp4'},'videoMetadata':{'fps':1}}",
                "{'functionResponse':{'name':'f','response':{},'willContinue':true}}")) {
            ChatRequest request = decoded("gemini", "'contents':[{'parts':[" + part + "]}]");
            for (String target : List.of("openai-chat", "anthropic")) {
                assertThatThrownBy(() -> sent(target, request))
                        .as("%s to %s", part, target)
                        .isInstanceOf(LlmInvalidRequestException.class);
            }
        }
    }

    @Test
    void functionsWithMembersOfTheirFormatAreToldWithoutThem() throws IOException {
        ChatRequest anthropic =
                asked("anthropic", "'tools':[{'name':'f','input_schema':{'type':'object'},'defer_loading':true}]");
        ChatRequest gemini = asked(
                "gemini",
                "'tools':[{'functionDeclarations':[{'name':'f','parameters':{'type':'OBJECT'},'response':{'type':'STRING'}}]}]");

        assertThat(sent("openai-chat", anthropic)).contains("\"name\":\"f\"").doesNotContain("defer_loading");
        assertThat(sent("openai-chat", gemini)).contains("\"name\":\"f\"").doesNotContain("response");
        assertThat(sent("anthropic", gemini)).contains("\"name\":\"f\"");
        assertThat(sent("anthropic", anthropic)).contains("defer_loading");
        assertThat(dialect("openai-chat").chat().encode(gemini, false, TARGET).dropped())
                .containsExactly("tools.members");
    }

    @Test
    void strictToolsOfAnthropicsAreGuaranteedByOthersOnlyIfTheyWould() throws IOException {
        String optional = "'input_schema':{'type':'object','properties':{'a':{}},'additionalProperties':false}";
        String required =
                "'input_schema':{'type':'object','properties':{'a':{}},'required':['a'],'additionalProperties':false}";
        ChatRequest some = asked("anthropic", "'tools':[{'name':'f','strict':true," + optional + "}]");
        ChatRequest all = asked("anthropic", "'tools':[{'name':'f','strict':true," + required + "}]");

        assertThat(sent("openai-chat", some)).contains("\"name\":\"f\"").doesNotContain("strict");
        assertThat(sent("openai-chat", all)).contains("\"strict\":true");
        assertThat(sent("anthropic", some)).contains("\"strict\":true").doesNotContain("required");
        assertThat(dialect("openai-chat").chat().encode(some, false, TARGET).dropped())
                .containsExactly("tools.members");
        assertThat(dialect("openai-chat").chat().encode(all, false, TARGET).dropped())
                .isEmpty();
    }

    /** A client's tier, and what each provider is told; none for nothing, dropped for nothing with a word about it. */
    @ParameterizedTest
    @CsvSource({
        "openai-chat, auto,          auto,     auto,          none",
        "openai-chat, default,       default,  standard_only, standard",
        "openai-chat, flex,          flex,     dropped,       flex",
        "openai-chat, priority,      priority, auto,          priority",
        "openai-chat, scale,         scale,    dropped,       dropped",
        "anthropic,   auto,          auto,     auto,          none",
        "anthropic,   standard_only, default,  standard_only, standard",
        "gemini,      standard,      default,  standard_only, standard",
        "gemini,      flex,          flex,     dropped,       flex",
        "gemini,      priority,      priority, auto,          priority",
    })
    void tiersAreSaidInTheWordsOfTheProvider(String client, String tier, String openAi, String anthropic, String gemini)
            throws IOException {
        String member = client.equals("gemini") ? "serviceTier" : "service_tier";
        ChatRequest request = asked(client, "'" + member + "':'" + tier + "'");
        Map<String, String> expected = Map.of("openai-chat", openAi, "anthropic", anthropic, "gemini", gemini);
        for (Dialect target : DIALECTS) {
            EncodedRequest encoded = target.chat().encode(request, false, TARGET);

            JsonNode body = Json.MAPPER.readTree(encoded.body());
            String told = body.path("service_tier")
                    .asText(body.path("serviceTier").asText(encoded.dropped().isEmpty() ? "none" : "dropped"));
            assertThat(told).as(target.name()).isEqualTo(expected.get(target.name()));
            assertThat(encoded.dropped()).isEqualTo(told.equals("dropped") ? List.of("serviceTier") : List.of());
        }
    }

    @Test
    void namesThatAreNoneAreNotRepeated() {
        StringBuilder members = new StringBuilder("'two words':1,'n\\nl':2");
        for (int i = 0; i < 1000; i++) {
            members.append(",'x").append(i).append("':0");
        }
        ChatRequest request = asked("openai-chat", members.toString());

        assertThat(dialect("anthropic").chat().encode(request, false, TARGET).dropped())
                .hasSizeLessThan(30)
                .contains("members", "x0")
                .doesNotContain("two words", "n\nl");
    }
}
