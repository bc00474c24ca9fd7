package io.github.camelllm.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.EmbeddingsRequest;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EmbeddingsKeyTest {
    private static final List<Object> PLACE = List.of("http://localhost/v1");

    private static EmbeddingsRequest request(
            String model, List<String> inputs, int dimensions, String task, String user, Map<String, Object> extra) {
        return new EmbeddingsRequest(
                model, inputs, OptionalInt.of(dimensions), Optional.of(task), Optional.of(user), extra);
    }

    private static String key(EmbeddingsRequest request) {
        return EmbeddingsKey.of("", PLACE, request);
    }

    /** Whoever adds a component decides here, and in {@link EmbeddingsKey#IGNORED}, whether vectors depend on it. */
    @Test
    void everyComponentOfARequestIsDecidedUpon() {
        assertThat(Arrays.stream(EmbeddingsRequest.class.getRecordComponents())
                        .map(component -> "EmbeddingsRequest." + component.getName())
                        .filter(name -> !EmbeddingsKey.IGNORED.contains(name)))
                .containsExactly(
                        "EmbeddingsRequest.model",
                        "EmbeddingsRequest.inputs",
                        "EmbeddingsRequest.dimensions",
                        "EmbeddingsRequest.taskType",
                        "EmbeddingsRequest.extra");
    }

    @Test
    void whatChangesVectorsChangesTheKey() {
        List<String> one = List.of("Ulm");
        Map<String, Object> none = Map.of();
        List<EmbeddingsRequest> different = List.of(
                request("small", one, 256, "query", "u1", none),
                request("large", one, 256, "query", "u1", none),
                request("small", List.of("Aalen"), 256, "query", "u1", none),
                request("small", List.of("Ulm", ""), 256, "query", "u1", none),
                request("small", one, 512, "query", "u1", none),
                request("small", one, 256, "document", "u1", none),
                request("small", one, 256, "query", "u1", Map.of("encoding_format", "int8")),
                EmbeddingsRequest.of("small", one));
        Set<String> keys = new HashSet<>();
        different.forEach(each -> keys.add(key(each)));
        keys.add(EmbeddingsKey.of("acme", PLACE, different.get(0)));
        keys.add(EmbeddingsKey.of("", List.of("http://other/v1"), different.get(0)));
        keys.add(ChatKey.of(
                "",
                PLACE,
                ChatRequest.builder("small").message(ChatMessage.User.of("Ulm")).build()));

        assertThat(keys).hasSize(different.size() + 3);
    }

    @Test
    void userAndOrderOfExtraMembersDoNotCount() {
        Map<String, Object> ordered = new LinkedHashMap<>();
        ordered.put("a", 1);
        ordered.put("b", "x");
        Map<String, Object> turned = new LinkedHashMap<>();
        turned.put("b", "x");
        turned.put("a", 1L);

        assertThat(key(request("small", List.of("Ulm"), 256, "query", "u1", ordered)))
                .isEqualTo(key(request("small", List.of("Ulm"), 256, "query", "u2", turned)));
    }

    @Test
    void extraMembersThatCannotBeComparedAreRefused() {
        EmbeddingsRequest request = request(
                "small", List.of("Ulm"), 256, "query", "u1", Map.of("file", new ByteArrayInputStream(new byte[0])));

        assertThatThrownBy(() -> key(request)).isInstanceOf(IllegalArgumentException.class);
    }
}
