package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.testing.GeneratedTable;
import java.io.IOException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Keeps the component's reference as the component is; {@code -Dllm.docs.update=true} writes the tables anew. */
class ComponentDocsTest {
    private static final String REFERENCE = "docs/component.md";

    static Stream<Arguments> tables() {
        return Stream.of(
                Arguments.of("endpoint-options", (Supplier<String>) ComponentTables::endpointOptions),
                Arguments.of("component-options", (Supplier<String>) ComponentTables::componentOptions),
                Arguments.of("headers-read", (Supplier<String>) ComponentTables::headersRead),
                Arguments.of("headers-set", (Supplier<String>) ComponentTables::headersSet),
                Arguments.of("exchange-properties", (Supplier<String>) ComponentTables::exchangeProperties));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tables")
    void theTableIsUpToDate(String name, Supplier<String> table) throws IOException {
        GeneratedTable.check(REFERENCE, name, table.get());
    }

    @Test
    void everyHeaderOfTheConstantsIsInATable() {
        assertThat(ComponentTables.headersRead())
                .contains(LlmConstants.OPERATION, LlmConstants.DIMENSIONS)
                .doesNotContain(LlmConstants.INPUT_TOKENS);
        assertThat(ComponentTables.headersSet())
                .contains(LlmConstants.INPUT_TOKENS, LlmConstants.REASONING)
                .doesNotContain(LlmConstants.DIMENSIONS);
        assertThat(ComponentTables.exchangeProperties())
                .contains(
                        LlmConstants.CONVERSATION_HISTORY,
                        LlmConstants.RESPONSE,
                        LlmConstants.TOOL_CALLS,
                        LlmConstants.ERROR_CATEGORY,
                        LlmConstants.RETRY_AFTER_MILLIS);
    }

    @Test
    void everyExceptionIsInTheTableOfErrors() throws IOException {
        String page = GeneratedTable.page(REFERENCE);
        ErrorDetails details = ErrorDetails.local("openai", "gpt-5", "x", false);
        for (ErrorKind kind : ErrorKind.values()) {
            String name = kind.exception("x", details).getClass().getSimpleName();
            assertThat(page).contains("| `" + name + "` |");
        }
    }
}
