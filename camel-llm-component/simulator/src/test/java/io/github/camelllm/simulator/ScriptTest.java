package io.github.camelllm.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.wire.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptTest {
    @Test
    void setsUpASimulator(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("script.yaml");
        Files.writeString(file, """
                answers:
                  - match: {model: gpt-*, contains: weather}
                    toolCalls: [{name: get_weather, arguments: {city: Oslo, days: 2}}]
                  - match: {regex: "order \\\\d+", times: 1}
                    text: It is on its way.
                    finish: length
                    usage: {inputTokens: 100, outputTokens: 20}
                  - match: {contains: as json}
                    json: {found: true, items: [1, 2.5, null, "x"]}
                  - match: {model: broken}
                    fault: status=429;retry-after=2
                otherwise: echo
                faults:
                  - {fault: status=500, calls: 6}
                models: [a, b]
                keys: [k1]
                contextWindowTokens: 1000
                pacing: {firstChunk: 1ms, gap: 0, tokensPerChunk: 3}
                """);
        Simulator.Builder builder = Simulator.builder();
        Script.apply(file, builder);
        try (Simulator simulator = builder.build().start()) {
            String[] key = {"authorization", "Bearer k1"};
            WireClient gpt = new WireClient(simulator, SimulatedDialect.OPENAI, "gpt-5");
            ContentPart.ToolCall call = gpt.answer(gpt.request("the WEATHER?").build(), true, key)
                    .choices()
                    .get(0)
                    .message()
                    .toolCalls()
                    .get(0);
            assertThat(Json.MAPPER.readTree(call.argumentsJson()))
                    .isEqualTo(Json.MAPPER.readTree("{\"city\":\"Oslo\",\"days\":2}"));
            WireClient other = new WireClient(simulator, SimulatedDialect.ANTHROPIC, "m");
            ChatResponse order =
                    other.answer(other.request("where is order 17?").build(), false, key);
            assertThat(order.text()).isEqualTo("It is on its way.");
            assertThat(order.finish().map(Finish::reason)).contains(FinishReason.LENGTH);
            assertThat(simulator.bills().get("m")).isEqualTo(new Bill(1, 100, 0, 20));
            assertThat(other.answer(other.request("where is order 17?").build(), false, key)
                            .text())
                    .isEqualTo("where is order 17?");
            assertThat(other.answer(other.request("as json").build(), false, key)
                            .text())
                    .isEqualTo("{\"found\":true,\"items\":[1,2.5,null,\"x\"]}");
            WireClient broken = new WireClient(simulator, SimulatedDialect.GEMINI, "broken");
            assertThatThrownBy(() -> broken.answer(broken.request("x").build(), true, key))
                    .isInstanceOf(LlmRateLimitedException.class);
            assertThat(other.send(other.http(other.request("x").build(), false, key))
                            .statusCode())
                    .isEqualTo(500);
            assertThat(other.send(other.http(other.request("x").build(), false)).statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void readsTheScriptOfTheGuide() throws Exception {
        Path guide = Path.of("").toAbsolutePath();
        while (!Files.exists(guide.resolve("docs/simulator.md"))) {
            guide = guide.getParent();
            assertThat(guide).as("a folder above with docs/simulator.md").isNotNull();
        }
        String text = Files.readString(guide.resolve("docs/simulator.md"));
        String yaml =
                text.substring(text.indexOf("```yaml\n") + 8, text.indexOf("```\n", text.indexOf("```yaml\n") + 8));
        Script.apply("simulator.md", yaml, Simulator.builder());
        for (String row : text.substring(text.indexOf("| fault |"), text.indexOf("In a buffered answer"))
                .split("\n")) {
            String name = row.replaceAll("^\\| `([a-z-]+).*", "$1");
            if (!row.startsWith("| `…") && name.matches("[a-z-]+")) {
                assertThat(catchThrowable(() -> Fault.parse(name)))
                        .satisfiesAnyOf(failure -> assertThat(failure).isNull(), failure -> assertThat(failure)
                                .hasMessageContaining(name + ": expected"));
            }
        }
    }

    @Test
    void takesAnEmptyScript() {
        Script.apply("empty.yaml", "", Simulator.builder());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`answer: []` | s.yaml line 1: answer: expected one of the keys answers, contextWindowTokens,",
                "`answers: none` | s.yaml line 1: answers: expected a list, got 'none'",
                "`answers:\n  - match: {modle: x}\n    text: y` | s.yaml line 2: answers[0].match.modle: expected one of the keys",
                "`answers:\n  - match: {model: x}` | s.yaml line 2: answers[0]: expected an answer with text,",
                "`answers:\n  - text: x\n    finish: maybe` | s.yaml line 3: answers[0].finish: expected stop, length,",
                "`answers:\n  - text: x\n    match: {regex: '('}` | s.yaml line 3: answers[0].match.regex: ",
                "`otherwise: shout` | s.yaml line 1: otherwise: expected deterministic or echo, got 'shout'",
                "`faults:\n  - {fault: explode, calls: 1}` | s.yaml line 2: faults[0].fault: expected a fault that begins",
                "`faults:\n  - {fault: reset}` | s.yaml line 2: faults[0]: expected a fault with calls, probability,",
                "`faults:\n  - {fault: reset, calls: 5..2}` | s.yaml line 2: faults[0].calls: calls: expected 1 <= first",
                "`faults:\n  - {fault: reset, probability: 2}` | probability: expected a number from 0 to 1, got '2'",
                "`pacing: {gap: fast}` | s.yaml line 1: pacing.gap: latency: expected a duration",
                "`port: 70000` | s.yaml line 1: port: expected a whole number from 0 to 65535, got '70000'",
                "`promptCache: perhaps` | s.yaml line 1: promptCache: expected true or false, got 'perhaps'",
                "`port: 1\nport: 2` | s.yaml line 2: port: expected one value, it is given twice",
                "`port: [` | s.yaml line 1: expected YAML, got something else",
                "`- x` | s.yaml line 1: expected keys with values, got a list"
            })
    void namesFileLineKeyAndWhatWasExpected(String yaml, String message) {
        assertThatThrownBy(() -> Script.apply("s.yaml", yaml, Simulator.builder()))
                .isInstanceOf(ScriptException.class)
                .hasMessageContaining(message);
    }

    @Test
    void saysThatThereIsNoSuchFile(@TempDir Path folder) {
        assertThatThrownBy(() -> Script.apply(folder.resolve("none.yaml"), Simulator.builder()))
                .isInstanceOf(ScriptException.class)
                .hasMessageContaining("there is no such file");
    }
}
