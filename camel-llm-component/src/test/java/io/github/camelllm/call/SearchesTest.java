package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.tokens.TokenCounter;
import io.github.camelllm.tokens.Tokenizers;
import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchesTest {
    private static final WireTarget TARGET = WireTarget.of("p", "m");

    /** Tools and other members of a client's request, and the searches that they may cost; none for no bound. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", quoteCharacter = '`', textBlock = """
            anthropic   | "temperature":1                                                                          | 0
            anthropic   | "tools":[{"name":"search","input_schema":{"type":"object"}}]                             | 0
            anthropic   | "tools":[{"type":"code_execution_20250825","name":"code_execution"}]                     | 0
            anthropic   | "tools":[{"type":"web_search_20250305","name":"web_search","max_uses":5}]                | 5
            anthropic   | "tools":[{"type":"web_search_20250305","name":"web_search"}]                             | none
            anthropic   | "tools":[{"type":"web_search_20250305","name":"web_search","max_uses":0}]                | none
            anthropic   | "tools":[{"type":"web_search_20250305","name":"web_search","max_uses":"5"}]              | none
            openai-chat | "temperature":1                                                                          | 0
            openai-chat | "tools":[{"type":"function","function":{"name":"search"}}]                               | 0
            openai-chat | "tools":[{"type":"custom","custom":{"name":"search"}}]                                   | 0
            openai-chat | "tools":[{"type":"browser_search"}]                                                      | none
            openai-chat | "tools":[{"type":"builtin_function","function":{"name":"$web_search"}}]                  | none
            openai-chat | "web_search_options":{}                                                                  | none
            openai-chat | "plugins":[{"id":"web"}]                                                                 | none
            openai-chat | "enable_search":true                                                                     | none
            openai-chat | "enable_search":false                                                                    | 0
            gemini      | "tools":[{"functionDeclarations":[{"name":"search"}]}]                                   | 0
            gemini      | "tools":[{"codeExecution":{}}]                                                           | 0
            gemini      | "tools":[{"googleSearch":{}}]                                                            | none
            """)
    void boundsTheSearchesOfAClientsRequest(String name, String members, Long most) {
        Dialect dialect = Dialects.get(name);
        CallTarget target = PassedExchanges.target(dialect);
        String words = name.equals("gemini")
                ? "\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]"
                : "\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
        WireRequest request = WireRequest.of(
                WireRequest.Scanned.of(
                        dialect,
                        PassedExchanges.path(dialect, false),
                        ("{" + words + "," + members + "}").getBytes(StandardCharsets.UTF_8)),
                Map.of());

        TokenCounter counter = TokenCounter.using(Tokenizers.NONE);
        ChatOperation chat = new ChatOperation(counter, counter);
        OptionalLong bound = most == null ? OptionalLong.empty() : OptionalLong.of(most);

        assertThat(request.passesTo(target)).isTrue();
        assertThat(new WireChatOperation(chat, counter).size(request, target).mostSearches())
                .isEqualTo(bound);
        assertThat(chat.size(request.request(), target).mostSearches()).isEqualTo(bound);
    }

    @Test
    void addsUpTheSearchesOfAllTools() {
        Tool.Native three = new Tool.Native("anthropic", "{\"type\":\"web_search_20250305\",\"max_uses\":3}");
        Tool.Native four = new Tool.Native("anthropic", "{\"type\":\"web_search_20260209\",\"max_uses\":4}");

        assertThat(Searches.most(
                        ChatRequest.builder("m").tools(List.of(three, four)).build(), TARGET))
                .hasValue(7);
    }

    @Test
    void aToolOfNoDialectSearchesNothing() {
        Tool.Native unknown = new Tool.Native("nobody", "{\"type\":\"web_search\"}");

        assertThat(Searches.most(
                        ChatRequest.builder("m").tools(List.of(unknown)).build(), TARGET))
                .hasValue(0);
    }

    @Test
    void aModelThatSearchesForEveryQuestionHasNoBound() {
        assertThat(List.of("sonar-pro", "gpt-4o-search-preview", "o3-deep-research", "openai/gpt-5-mini:online"))
                .allSatisfy(model -> assertThat(Searches.unasked(model)).isEmpty());
        assertThat(Searches.unasked("gpt-5-mini")).hasValue(0);
    }

    @Test
    void membersOfRouteAndProviderCountToo() {
        ChatRequest plain = ChatRequest.builder("m").build();
        ChatRequest tools = plain.toBuilder().extra(Map.of("tools", List.of())).build();
        WireProfile searching = new WireProfile(Set.of(), Map.of(), Map.of("enable_search", true), Map.of(), Map.of());

        assertThat(Searches.most(plain, TARGET)).hasValue(0);
        assertThat(Searches.most(tools, TARGET)).isEmpty();
        assertThat(Searches.most(plain, TARGET.withProfile(searching))).isEmpty();
        assertThat(Searches.mayAddInput(plain, TARGET.withProfile(searching))).isTrue();
    }
}
