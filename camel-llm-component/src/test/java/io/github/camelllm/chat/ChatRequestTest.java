package io.github.camelllm.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ChatRequestTest {
    private static final ChatRequest FULL = Specimens.of(ChatRequest.class);
    private static final ChatRequest EMPTY = ChatRequest.builder("m").build();

    @Test
    void aBuilderFromARequestKeepsEveryComponent() throws ReflectiveOperationException {
        for (RecordComponent component : ChatRequest.class.getRecordComponents()) {
            assertThat(component.getAccessor().invoke(FULL))
                    .as("the specimen sets %s", component.getName())
                    .isNotEqualTo(component.getAccessor().invoke(EMPTY));
        }
        assertThat(FULL.toBuilder().build()).isEqualTo(FULL);
        assertThat(EMPTY.toBuilder().build()).isEqualTo(EMPTY);
    }

    @Test
    void everyComponentHasABuilderMethodThatSetsItAndNothingElse() throws ReflectiveOperationException {
        for (RecordComponent component : ChatRequest.class.getRecordComponents()) {
            ChatRequest.Builder builder = ChatRequest.builder("m");
            Method setter = Arrays.stream(ChatRequest.Builder.class.getMethods())
                    .filter(method -> method.getName().equals(component.getName()))
                    .collect(Collectors.collectingAndThen(Collectors.toList(), methods -> {
                        assertThat(methods).as(component.getName()).hasSize(1);
                        return methods.get(0);
                    }));
            setter.invoke(
                    builder,
                    Specimens.value(
                            setter.getGenericParameterTypes()[0] instanceof Class<?> plain
                                    ? plain
                                    : component.getGenericType(),
                            Specimens.nameOf(component)));
            ChatRequest request = builder.build();
            for (RecordComponent other : ChatRequest.class.getRecordComponents()) {
                Object value = other.getAccessor().invoke(request);
                Object unset = other.getAccessor().invoke(EMPTY);
                if (other.getName().equals(component.getName())) {
                    assertThat(value).as("%s is set", component.getName()).isNotEqualTo(unset);
                } else {
                    assertThat(value)
                            .as("%s sets %s", component.getName(), other.getName())
                            .isEqualTo(unset);
                }
            }
        }
    }

    @Test
    void aRequestDoesNotChangeWithTheCollectionsItWasBuiltFrom() {
        List<ChatMessage> messages = new ArrayList<>(List.of(ChatMessage.User.of("a")));
        Map<String, String> metadata = new LinkedHashMap<>(Map.of("k", "v"));
        Map<String, Object> extra = new LinkedHashMap<>(Map.of("k", 1));
        ChatRequest.Builder builder =
                ChatRequest.builder("m").messages(messages).metadata(metadata).extra(extra);
        ChatRequest request = builder.build();
        messages.clear();
        metadata.clear();
        extra.clear();
        builder.message(ChatMessage.User.of("b"));
        assertThat(request.messages()).hasSize(1);
        assertThat(request.metadata()).containsOnlyKeys("k");
        assertThat(request.extra()).containsOnlyKeys("k");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> request.extra().put("other", 1));
    }

    @Test
    void aBuilderFromARequestDoesNotChangeIt() {
        ChatRequest request =
                ChatRequest.builder("m").message(ChatMessage.User.of("a")).build();
        ChatRequest longer =
                request.toBuilder().message(ChatMessage.Assistant.of("b")).build();
        assertThat(request.messages()).hasSize(1);
        assertThat(longer.messages()).hasSize(2);
    }

    @Test
    void extraMembersKeepTheirOrderAndTheirNulls() {
        Map<String, Object> extra = new LinkedHashMap<>();
        extra.put("z", null);
        extra.put("a", 1);
        assertThat(ChatRequest.builder("m").extra(extra).build().extra().keySet())
                .containsExactly("z", "a");
    }
}
