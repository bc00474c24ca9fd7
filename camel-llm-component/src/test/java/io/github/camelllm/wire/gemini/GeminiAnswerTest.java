package io.github.camelllm.wire.gemini;

import static io.github.camelllm.wire.gemini.GeminiCases.DIALECT;
import static io.github.camelllm.wire.gemini.GeminiCases.TARGET;
import static io.github.camelllm.wire.gemini.GeminiCases.decoded;
import static io.github.camelllm.wire.gemini.GeminiCases.events;
import static io.github.camelllm.wire.gemini.GeminiCases.json;
import static io.github.camelllm.wire.gemini.GeminiCases.streamed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmContentFilteredException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.TokenLogprob;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiAnswerTest {
    private static final String STOP = "{'candidates':[{'finishReason':'STOP'}]}";

    @Test
    void readsATextAnswer() {
        ChatResponse response = decoded(
                "{'candidates':[{'content':{'parts':[{'text':'Hello'}],'role':'model'},'finishReason':'STOP','index':0}],"
                        + "'usageMetadata':{'promptTokenCount':4,'candidatesTokenCount':2,'totalTokenCount':6},"
                        + "'modelVersion':'gemini-x-001','responseId':'r1','createTime':'2026-01-02T03:04:05.678Z'}");
        assertThat(response.text()).isEqualTo("Hello");
        assertThat(response.finish()).contains(Finish.of(FinishReason.STOP, "STOP"));
        assertThat(response.model()).contains("gemini-x-001");
        assertThat(response.id()).contains("r1");
        assertThat(response.created()).contains(Instant.parse("2026-01-02T03:04:05.678Z"));
        assertThat(response.usage())
                .contains(Usage.builder()
                        .inputTokens(4)
                        .outputTokens(2)
                        .totalTokens(6)
                        .build());
    }

    @Test
    @DisplayName("oddity 1: the CR of a CRLF line end inside a frame is white space")
    void readsPayloadsThatKeepACarriageReturn() {
        assertThat(streamed("{'candidates':[{'content':{'parts':[{'text':'a'}]},'finishReason':'STOP'}]}\r")
                        .text())
                .isEqualTo("a");
    }

    @Test
    @DisplayName("oddity 3: the stream has no end marker, the body just ends")
    void endsAStreamAtTheEndOfTheBodyWhenEveryCandidateIsFinished() {
        List<StreamEvent> events = events("{'candidates':[{'content':{'parts':[{'text':'a'}]}}]}", STOP);
        assertThat(events).last().isEqualTo(new StreamEvent.Completed());
        assertThat(ChatResponseFold.fold(events).text()).isEqualTo("a");
    }

    @Test
    @DisplayName("oddity 3: a stream that ends before finishReason was cut")
    void refusesAStreamThatEndsBeforeItsFinishReason() {
        for (String[] frames : new String[][] {
            {},
            {"{'candidates':[{'content':{'parts':[{'text':'secret'}]}}]}"},
            {"{'usageMetadata':{'promptTokenCount':4}}"},
            {"{'candidates':[{'index':0,'finishReason':'STOP'},{'index':1,'content':{'parts':[{'text':'secret'}]}}]}"}
        }) {
            assertThatThrownBy(() -> events(frames))
                    .isInstanceOfSatisfying(LlmMalformedResponseException.class, failure -> {
                        assertThat(failure.isRetryable()).isTrue();
                        assertThat(failure)
                                .hasMessageStartingWith("google/gemini-test: the stream ended after ")
                                .hasMessageNotContaining("secret");
                    });
        }
    }

    @Test
    @DisplayName("oddity 4: frames are told apart by their JSON and not by an event name")
    void ignoresTheNameOfAnEvent() {
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        List<StreamEvent> events =
                decoder.decode(Frame.of("whatever", "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}"));
        assertThat(events).contains(new StreamEvent.TextDelta(0, "a"));
    }

    @Test
    @DisplayName("oddity 5 and 6: padding and members that this version does not know are skipped and counted")
    void skipsAndCountsWhatItDoesNotKnow() {
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        decoder.decode(Frame.of(
                "",
                "{\"obfuscation\":\"xyz\",\"candidates\":[{\"novel\":[{\"a\":{}}],\"content\":{\"x\":1,"
                        + "\"parts\":[{\"text\":\"a\",\"partMetadata\":{\"k\":1}},{}]}}]}        "));
        assertThat(decoder.skipped()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'content':{},'finishReason':'SAFETY'}",
                "{'finishMessage':'Blocked.','finishReason':'MODEL_ARMOR'}",
                "{'content':null,'finishReason':'IMAGE_SAFETY'}"
            })
    @DisplayName("oddity 49: a candidate may have no parts, or no content")
    void readsACandidateWithoutContent(String candidate) {
        ChatResponse response = decoded("{'candidates':[" + candidate + "]}");
        assertThat(response.choices().get(0).message().content()).isEmpty();
        assertThat(response.finish().orElseThrow().reason()).isEqualTo(FinishReason.CONTENT_FILTER);
    }

    @Test
    @DisplayName("oddity 49: all tokens spent on thinking")
    void readsAnAnswerCutWhileThinking() {
        ChatResponse response = decoded("{'candidates':[{'content':{'role':'model'},'finishReason':'MAX_TOKENS'}],"
                + "'usageMetadata':{'promptTokenCount':15,'thoughtsTokenCount':2,'totalTokenCount':17}}");
        assertThat(response.finish()).contains(Finish.of(FinishReason.LENGTH, "MAX_TOKENS"));
        assertThat(response.usage().orElseThrow().outputTokens()).hasValue(2);
    }

    @Test
    @DisplayName("oddity 49: a blocked prompt has status 200 and no candidates")
    void reportsABlockedPromptAsFiltered() {
        String body = "{'promptFeedback':{'blockReason':'PROHIBITED_CONTENT','blockReasonMessage':'quoted words'},"
                + "'usageMetadata':{'promptTokenCount':7,'totalTokenCount':7},'responseId':'r9'}";
        assertThatThrownBy(() -> decoded(body)).isInstanceOfSatisfying(LlmContentFilteredException.class, failure -> {
            assertThat(failure.getStatusCode()).isEqualTo(200);
            assertThat(failure.getErrorType()).isEqualTo("PROHIBITED_CONTENT");
            assertThat(failure.getRequestId()).isEqualTo("r9");
            assertThat(failure.isRetryable()).isFalse();
            assertThat(failure.providerMessage()).contains("quoted words");
            assertThat(failure.getMessage()).doesNotContain("quoted words");
        });
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        assertThat(decoder.decode(Frame.of("", body.replace('\'', '"'))))
                .as("its usage is not lost")
                .anyMatch(StreamEvent.UsageReported.class::isInstance);
        assertThatThrownBy(decoder::end).isInstanceOf(LlmContentFilteredException.class);
    }

    @Test
    void takesPromptFeedbackBesideCandidatesForNoBlock() {
        ChatResponse response =
                decoded("{'promptFeedback':{'safetyRatings':[]},'candidates':[{'finishReason':'STOP'}]}");
        assertThat(response.extensions()).containsEntry("promptFeedback", "{\"safetyRatings\":[]}");
    }

    @ParameterizedTest
    @CsvSource({
        "STOP, STOP",
        "MAX_TOKENS, LENGTH",
        "SAFETY, CONTENT_FILTER",
        "RECITATION, CONTENT_FILTER",
        "BLOCKLIST, CONTENT_FILTER",
        "PROHIBITED_CONTENT, CONTENT_FILTER",
        "SPII, CONTENT_FILTER",
        "MODEL_ARMOR, CONTENT_FILTER",
        "IMAGE_RECITATION, CONTENT_FILTER",
        "IMAGE_OTHER, CONTENT_FILTER",
        "MALFORMED_FUNCTION_CALL, OTHER",
        "UNEXPECTED_TOOL_CALL, OTHER",
        "TOO_MANY_TOOL_CALLS, OTHER",
        "LANGUAGE, OTHER",
        "A_NEW_WORD, OTHER"
    })
    void keepsTheNativeFinishReason(String word, FinishReason reason) {
        assertThat(decoded("{'candidates':[{'finishReason':'" + word + "'}]}").finish())
                .contains(Finish.of(reason, word));
    }

    @Test
    @DisplayName("oddity 50: finishReason is STOP for tool calls too")
    void findsToolCallsByLookingAtTheParts() {
        assertThat(streamed(
                                "{'candidates':[{'content':{'parts':[{'functionCall':{'name':'f','args':{}}}]}}]}",
                                "{'candidates':[{'content':{'parts':[{'text':''}]},'finishReason':'STOP'}]}")
                        .finish())
                .contains(Finish.of(FinishReason.TOOL_CALLS, "STOP"));
    }

    @Test
    @DisplayName("oddity 50: UNEXPECTED_TOOL_CALL with a call stays what it is")
    void keepsAFailureThatHasACall() {
        ChatResponse response = decoded("{'candidates':[{'content':{'parts':[{'functionCall':{'name':'f'}}]},"
                + "'finishReason':'UNEXPECTED_TOOL_CALL'}]}");
        assertThat(response.finish()).contains(Finish.of(FinishReason.OTHER, "UNEXPECTED_TOOL_CALL"));
        assertThat(response.choices().get(0).message().toolCalls()).hasSize(1);
    }

    @Test
    @DisplayName("oddity 51: ids of calls are made up where there are none")
    void makesUpIdsThatDifferByAnswerAndCall() {
        String body = "{'candidates':[{'content':{'parts':[{'functionCall':{'name':'f','args':{'n': 1.50, 's':'a b'}}},"
                + "{'functionCall':{'name':'f'}},{'functionCall':{'id':'own','name':'g'}}]},'finishReason':'STOP'}],"
                + "'responseId':'%s'}";
        List<ContentPart.ToolCall> first = decoded(body.formatted("tjXVaYaxFISTq8YP_MWiyAo"))
                .choices()
                .get(0)
                .message()
                .toolCalls();
        assertThat(first)
                .extracting(ContentPart.ToolCall::id)
                .containsExactly("gemcall_tjXVaYaxFISTq8YP_MWiyAo_0_0", "gemcall_tjXVaYaxFISTq8YP_MWiyAo_0_1", "own");
        assertThat(first)
                .extracting(ContentPart.ToolCall::argumentsJson)
                .containsExactly("{\"n\":1.50,\"s\":\"a b\"}", "{}", "{}");
        assertThat(decoded(body.formatted("other")).choices().get(0).message().toolCalls())
                .extracting(ContentPart.ToolCall::id)
                .containsExactly("gemcall_other_0_0", "gemcall_other_0_1", "own");
    }

    @Test
    void keepsMadeUpIdsShortAndPlain() {
        String id = ToolCallIds.made(Optional.of("an id/with:odd characters, and long as well"), 0, 12);
        assertThat(id).matches("gemcall_[0-9a-f]{1,16}_0_12");
    }

    @Test
    @DisplayName("oddity 52: a signed part stays a part of its own")
    void keepsSignedPartsApart() {
        ChatMessage.Assistant message = decoded("{'candidates':[{'content':{'parts':[{'text':'a'},{'text':'b'},"
                        + "{'text':'c','thoughtSignature':'S1'},{'text':'d'},{'text':'','thoughtSignature':'S2'},"
                        + "{'thoughtSignature':'S3'},{'functionCall':{'name':'f'},'thoughtSignature':'S4'},"
                        + "{'inlineData':{'mimeType':'image/png','data':'AAAA'},'thoughtSignature':'S5'}]},"
                        + "'finishReason':'STOP'}],'responseId':'r'}")
                .choices()
                .get(0)
                .message();
        assertThat(message.content())
                .containsExactly(
                        text("ab", null),
                        text("c", "S1"),
                        text("d", null),
                        text("", "S2"),
                        text("", "S3"),
                        new ContentPart.ToolCall(
                                "gemcall_r_0_0", "f", "{}", false, Optional.of("S4"), Optional.empty()),
                        new ContentPart.Media(
                                MediaKind.IMAGE,
                                new MediaSource.Inline("image/png", "AAAA"),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of("S5")));
    }

    @Test
    @DisplayName("oddity 52: thoughts are text parts with thought: true")
    void takesThoughtsForReasoning() {
        List<StreamEvent> events = events(
                "{'candidates':[{'content':{'parts':[{'text':'think','thought':true}]}}]}",
                "{'candidates':[{'content':{'parts':[{'text':' hard','thought':true},"
                        + "{'thought':true,'text':'signed','thoughtSignature':'S'},{'text':'done'}]},'finishReason':'STOP'}]}");
        ChatMessage.Assistant message =
                ChatResponseFold.fold(events).choices().get(0).message();
        assertThat(message.content())
                .containsExactly(
                        ContentPart.Reasoning.of("think hard"),
                        new ContentPart.Reasoning(
                                "signed", Optional.of("S"), Optional.empty(), Optional.of("{\"dialect\":\"gemini\"}")),
                        text("done", null));
    }

    @Test
    @DisplayName("oddity 53: an empty text beside the finishReason is no part")
    void skipsAnEmptyLastText() {
        ChatResponse response = streamed(
                "{'candidates':[{'content':{'parts':[{'text':'a'}]}}]}",
                "{'candidates':[{'content':{'parts':[{'text':''}]},'finishReason':'STOP'}]}");
        assertThat(response.choices().get(0).message().content()).containsExactly(text("a", null));
    }

    @Test
    @DisplayName("oddity 53: server-side tools are opaque parts and no calls of ours")
    void keepsServerToolsVerbatim() {
        ChatResponse response = decoded("{'candidates':[{'content':{'parts':["
                + "{'executableCode':{'language':'PYTHON','code':'print(1)'},'thoughtSignature':'S'},"
                + "{'codeExecutionResult':{'outcome':'OUTCOME_OK','output':'1'}},"
                + "{'toolCall':{'id':'t','toolType':'GOOGLE_SEARCH_WEB','args':{'queries':['a b']}}}, "
                + "{'thought':true,'inlineData':{'mimeType':'image/png','data':'AAAA'}}]},'finishReason':'STOP'}]}");
        assertThat(response.finish().orElseThrow().reason()).isEqualTo(FinishReason.STOP);
        assertThat(response.choices().get(0).message().content())
                .containsExactly(
                        new ContentPart.Opaque(
                                "gemini",
                                "executableCode",
                                "{\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"print(1)\"},\"thoughtSignature\":\"S\"}",
                                Optional.of("print(1)")),
                        new ContentPart.Opaque(
                                "gemini",
                                "codeExecutionResult",
                                "{\"codeExecutionResult\":{\"outcome\":\"OUTCOME_OK\",\"output\":\"1\"}}",
                                Optional.of("1")),
                        new ContentPart.Opaque(
                                "gemini",
                                "toolCall",
                                "{\"toolCall\":{\"id\":\"t\",\"toolType\":\"GOOGLE_SEARCH_WEB\",\"args\":{\"queries\":[\"a b\"]}}}",
                                Optional.empty()),
                        new ContentPart.Opaque(
                                "gemini",
                                "inlineData",
                                "{\"thought\":true,\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"AAAA\"}}",
                                Optional.empty()));
    }

    @Test
    @DisplayName("oddity 54: arguments in pieces are put together")
    void putsPartialArgumentsTogether() {
        ChatResponse response = streamed(
                "{'candidates':[{'content':{'parts':[{'functionCall':{'name':'cook','willContinue':true},"
                        + "'thoughtSignature':'S'}]}}],'responseId':'r'}",
                piece("{'jsonPath':'$.recipe.steps[0].name','stringValue':'Bo','willContinue':true}"),
                piece("{'jsonPath':'$.recipe.steps[0].name','stringValue':'il','willContinue':true}"),
                piece("{'jsonPath':'$.recipe.steps[0].name','stringValue':''}"),
                "{'candidates':[{'content':{'parts':[{'functionCall':{'willContinue':true}}]}}]}",
                piece("{'jsonPath':'$.recipe.steps[1].name','stringValue':'Serve'}"),
                piece("{'jsonPath':'$.recipe.minutes','numberValue':12.5}"),
                piece("{'jsonPath':'$.recipe[\\'is hot\\']','boolValue':true},{'jsonPath':'$.note','nullValue':null}"),
                "{'candidates':[{'content':{'parts':[{'functionCall':{}}]}}]}",
                "{'candidates':[{'content':{'parts':[{'functionCall':{'name':'eat'}}]},'finishReason':'STOP'}]}");
        List<ContentPart.ToolCall> calls = response.choices().get(0).message().toolCalls();
        assertThat(calls).extracting(ContentPart.ToolCall::name).containsExactly("cook", "eat");
        assertThat(calls.get(0).signature()).contains("S");
        assertThat(json(calls.get(0).argumentsJson()))
                .isEqualTo(json("{'recipe':{'steps':[{'name':'Boil'},{'name':'Serve'}],'minutes':12.5,'is hot':true},"
                        + "'note':null}"));
        assertThat(response.finish().orElseThrow().reason()).isEqualTo(FinishReason.TOOL_CALLS);
    }

    @Test
    @DisplayName("oddity 54: a call that is still open when its candidate finishes ends with it")
    void closesACallThatTheFinishLeavesOpen() {
        ChatResponse response =
                streamed("{'candidates':[{'content':{'parts':[{'functionCall':{'name':'f','willContinue':true,"
                        + "'partialArgs':[{'jsonPath':'$.a','stringValue':'x','willContinue':true}]}}]},"
                        + "'finishReason':'MAX_TOKENS'}]}");
        assertThat(response.choices().get(0).message().toolCalls().get(0).argumentsJson())
                .isEqualTo("{\"a\":\"x\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "$", "$.", "$.a[", "$.a[x]", "$.a[9999999]", "$[0]", "$['a", "$.a..b"})
    void refusesPathsThatAreNone(String path) {
        String call = "{'candidates':[{'content':{'parts':[{'functionCall':{'name':'f','willContinue':true}}]}}]}";
        assertThatThrownBy(() -> events(
                        call,
                        piece("{'jsonPath':'" + path.replace('\'', '`') + "','boolValue':true}")
                                .replace('`', '"')))
                .isInstanceOf(LlmMalformedResponseException.class);
    }

    @Test
    void refusesArgumentsOfACallThatNeverBegan() {
        assertThatThrownBy(() -> events(piece("{'jsonPath':'$.a','boolValue':true}")))
                .isInstanceOf(LlmMalformedResponseException.class)
                .hasMessage("google/gemini-test: event 0: functionCall without a name while no call is open");
    }

    @Test
    @DisplayName("oddity 55: webSearchQueries may hold an empty string")
    void readsSourcesOfGroundedAnswers() {
        ChatResponse response = decoded("{'candidates':[{'groundingMetadata':{'webSearchQueries':['','a'],"
                + "'groundingChunks':[{'web':{'uri':'https://a.example','title':'A'}},"
                + "{'retrievedContext':{'uri':'gs://b','title':'B','text':'quote'}}]},"
                + "'citationMetadata':{'citationSources':[{'uri':'https://c.example','startIndex':1}]},"
                + "'content':{'parts':[{'text':'words'}]},'finishReason':'STOP'}]}");
        ContentPart.Text text =
                (ContentPart.Text) response.choices().get(0).message().content().get(0);
        assertThat(text.citations())
                .containsExactly(
                        new Citation(
                                Optional.of("https://a.example"),
                                Optional.of("A"),
                                Optional.empty(),
                                Optional.of("{\"web\":{\"uri\":\"https://a.example\",\"title\":\"A\"}}")),
                        new Citation(
                                Optional.of("gs://b"),
                                Optional.of("B"),
                                Optional.of("quote"),
                                Optional.of(
                                        "{\"retrievedContext\":{\"uri\":\"gs://b\",\"title\":\"B\",\"text\":\"quote\"}}")),
                        new Citation(
                                Optional.of("https://c.example"),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of("{\"uri\":\"https://c.example\",\"startIndex\":1}")));
        assertThat(json(response.extensions().get("groundingMetadata")).path("webSearchQueries"))
                .isEqualTo(json("['','a']"));
    }

    @Test
    void givesSourcesToTheWordsAndNotToTheEmptySignedPartBehindThem() {
        ChatResponse response = streamed(
                "{'candidates':[{'content':{'parts':[{'text':'words'}]}}]}",
                "{'candidates':[{'content':{'parts':[{'text':'','thoughtSignature':'S'}]},'finishReason':'STOP',"
                        + "'groundingMetadata':{'groundingChunks':[{'web':{'uri':'https://a.example'}}]}}]}");
        List<ContentPart> content = response.choices().get(0).message().content();
        assertThat(((ContentPart.Text) content.get(0)).citations()).hasSize(1);
        assertThat(((ContentPart.Text) content.get(1)).citations()).isEmpty();
    }

    @Test
    void namesASourceOnceThoughEveryChunkRepeatsIt() {
        String chunk = "{'candidates':[{'content':{'parts':[{'text':'a'}]},%s'groundingMetadata':"
                + "{'groundingChunks':[{'web':{'uri':'https://a.example'}}]}}]}";
        List<StreamEvent> events = events(chunk.formatted(""), chunk.formatted("'finishReason':'STOP',"));
        assertThat(events)
                .filteredOn(StreamEvent.CitationAdded.class::isInstance)
                .hasSize(1);
    }

    @Test
    void readsSeveralCandidates() {
        ChatResponse response = decoded("{'candidates':[{'content':{'parts':[{'text':'a'}]},'finishReason':'STOP'},"
                + "{'content':{'parts':[{'text':'b'}]},'finishReason':'MAX_TOKENS','index':1,'avgLogprobs':-0.25}]}");
        assertThat(response.choices())
                .extracting(choice -> choice.message().text())
                .containsExactly("a", "b");
        assertThat(response.extensions()).containsEntry("candidates[1].avgLogprobs", "-0.25");
    }

    @Test
    void readsLogprobs() {
        assertThat(decoded("{'candidates':[{'finishReason':'STOP','logprobsResult':{"
                                + "'topCandidates':[{'candidates':[{'token':'a','logProbability':-0.1},"
                                + "{'token':'b','logProbability':-2.5}]}],"
                                + "'chosenCandidates':[{'token':'a','tokenId':7,'logProbability':-0.1}]}}]}")
                        .choices()
                        .get(0)
                        .logprobs())
                .containsExactly(new TokenLogprob(
                        "a",
                        -0.1,
                        List.of(new TokenLogprob("a", -0.1, List.of()), new TokenLogprob("b", -2.5, List.of()))));
    }

    @Test
    void readsTheArrayOfAStreamWithoutServerSentEvents() {
        assertThat(decoded("[{'candidates':[{'content':{'parts':[{'text':'a'}]}}]},\r\n{'candidates':[{'content':"
                                + "{'parts':[{'text':'b'}]},'finishReason':'STOP'}]}]")
                        .text())
                .isEqualTo("ab");
    }

    @Test
    void keepsFurtherMembersOfACall() {
        ContentPart.ToolCall call = decoded("{'candidates':[{'content':{'parts':[{'functionCall':{'name':'f','id':'i',"
                        + "'novel':[1]},'partMetadata':{'k':'v'}}]},'finishReason':'STOP'}]}")
                .choices()
                .get(0)
                .message()
                .toolCalls()
                .get(0);
        assertThat(call.json())
                .contains("{\"gemini\":{\"part\":{\"partMetadata\":{\"k\":\"v\"}},\"functionCall\":{\"novel\":[1]}}}");
    }

    @ParameterizedTest
    @CsvSource({
        "429, RESOURCE_EXHAUSTED, io.github.camelllm.chat.LlmRateLimitedException",
        "503, UNAVAILABLE, io.github.camelllm.chat.LlmUnavailableException",
        "500, INTERNAL, io.github.camelllm.chat.LlmUnavailableException",
        "504, DEADLINE_EXCEEDED, io.github.camelllm.chat.LlmTimeoutException",
        "400, INVALID_ARGUMENT, io.github.camelllm.chat.LlmInvalidRequestException"
    })
    void reportsAnErrorInsideAStreamByItsKind(int code, String status, Class<? extends Exception> type) {
        String error = "{'error':{'code':" + code + ",'message':'words','status':'" + status + "'}}";
        for (String frame : List.of(error, "[" + error + "]")) {
            assertThatThrownBy(() -> events("{'candidates':[{'content':{'parts':[{'text':'a'}]}}]}", frame))
                    .isInstanceOf(type)
                    .extracting("errorType", "statusCode")
                    .containsExactly(status, code);
        }
    }

    @Test
    void reportsAnErrorInABodyOfStatus200() {
        assertThatThrownBy(() -> decoded("{'error':{'code':503,'message':'busy','status':'UNAVAILABLE'}}"))
                .isInstanceOf(LlmUnavailableException.class);
        assertThatThrownBy(() -> decoded("[{'error':{'code':429,'status':'RESOURCE_EXHAUSTED','details':[{'@type':"
                        + "'type.googleapis.com/google.rpc.RetryInfo','retryDelay':'1.5s'}]}}]"))
                .isInstanceOfSatisfying(
                        LlmRateLimitedException.class,
                        failure -> assertThat(failure.getRetryAfterMillis()).isEqualTo(1500));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>secret</html>",
                "'secret'",
                "7",
                "null",
                "{}",
                "[]",
                "{'candidates':[]}",
                "{'candidates':{'secret':1}}",
                "{'candidates':['secret']}",
                "{'candidates':[{'content':{'parts':{}}}]}",
                "{'candidates':[{'content':{'parts':[{'text':{'secret':1}}]}}]}",
                "{'candidates':[{'content':{'parts':[{'functionCall':{'name':'secret','args':[1]}}]}}]}",
                "{'candidates':[{'index':-1}]}",
                "{'candidates':[{'finishReason':'STOP'}]} secret",
                "{'candidates':[{'finishReason':'secret"
            })
    void refusesWhatIsNoAnswerWithoutQuotingIt(String body) {
        assertThatThrownBy(() -> DIALECT.chat()
                        .decode(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), WireHeaders.NONE, TARGET))
                .isInstanceOf(LlmMalformedResponseException.class)
                .hasMessageStartingWith("google/gemini-test: ")
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    @Test
    void saysWhereAnAnswerIsWrong() {
        assertThatThrownBy(() -> decoded("{'candidates':[{'content':{'parts':[{'text':'a'},{'text':7}]}}]}"))
                .hasMessage("google/gemini-test: answer: text: expected a string, got an integer");
    }

    private static String piece(String partialArgs) {
        return "{'candidates':[{'content':{'parts':[{'functionCall':{'partialArgs':[" + partialArgs
                + "],'willContinue':true}}]}}]}";
    }

    private static ContentPart.Text text(String words, String signature) {
        return new ContentPart.Text(words, List.of(), Optional.empty(), Optional.ofNullable(signature));
    }
}
