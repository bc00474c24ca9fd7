package io.github.camelllm.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Specimens;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.wire.Unsupported;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChatKeyTest {
    private static final List<Object> PLACE = List.of("direct", WireTarget.of("openai", "gpt"), "http://localhost/v1");
    private static final ChatRequest REQUEST = ChatRequest.builder("gpt")
            .message(ChatMessage.System.of("Be brief."))
            .message(ChatMessage.User.of("Where is Ulm?"))
            .build();

    /** Whoever adds a component decides here, and in {@link ChatKey#IGNORED}, whether answers depend on it. */
    @Test
    void everyComponentOfARequestIsDecidedUpon() {
        TreeMap<String, String> decided = new TreeMap<>();
        for (Class<?> type : recordsOf(ChatRequest.class)) {
            decided.put(
                    type.getName().replaceAll(".*\\.", "").replace('$', '.'),
                    Arrays.stream(type.getRecordComponents())
                            .map(component -> (isIgnored(component) ? "-" : "") + component.getName())
                            .collect(Collectors.joining(" ")));
        }
        assertThat(decided.entrySet().stream()
                        .map(entry -> (entry.getKey() + ": " + entry.getValue()).strip())
                        .collect(Collectors.joining("\n")))
                .isEqualTo("""
                        AudioOptions: voice format
                        ChatMessage.Assistant: content name audioId
                        ChatMessage.Developer: content name
                        ChatMessage.System: content name
                        ChatMessage.Tool: toolCallId toolName content error
                        ChatMessage.User: content name
                        ChatRequest: model messages tools toolChoice parallelToolCalls responseFormat maxOutputTokens\
                         temperature topP topK frequencyPenalty presencePenalty seed logitBias logprobs topLogprobs stop n\
                         reasoning audio verbosity -user -metadata -serviceTier -promptCacheKey dialectHeaders\
                         store extra clientMembers -unread
                        Citation: url title citedText json
                        ClientMembers: dialect members -said
                        ContentPart.Media: kind source name detail transcript -cache signature
                        ContentPart.Opaque: dialect type json text -plain
                        ContentPart.Reasoning: text signature redacted json
                        ContentPart.Refusal: text
                        ContentPart.Text: text citations -cache signature
                        ContentPart.ToolCall: id name argumentsJson custom signature json
                        MediaSource.FileId: id mediaType
                        MediaSource.Inline: type base64
                        MediaSource.Url: url mediaType
                        ReasoningOptions: effort budgetTokens includeThoughts
                        ResponseFormat.JsonObject:
                        ResponseFormat.JsonSchema: name schemaJson description strict
                        ResponseFormat.Text:
                        Tool.Function: name description parametersJson strict -cache
                        Tool.Native: dialect json -plain
                        ToolChoice.Allowed: names required
                        ToolChoice.Auto:
                        ToolChoice.Function: name
                        ToolChoice.None:
                        ToolChoice.Required:""");
    }

    static Stream<RecordComponent> components() {
        return recordsOf(ChatRequest.class).stream().flatMap(type -> Arrays.stream(type.getRecordComponents()));
    }

    @ParameterizedTest
    @MethodSource("components")
    void aComponentChangesTheKeyUnlessItIsIgnored(RecordComponent component) {
        Class<?> type = component.getDeclaringRecord();
        Object specimen = Specimens.of(type);

        String before = digest(specimen);
        String after = digest(with(specimen, component));

        assertThat(after.equals(before))
                .as("%s.%s does not count", type.getSimpleName(), component.getName())
                .isEqualTo(isIgnored(component));
    }

    @Test
    void kindsOfRecordsAreApart() {
        assertThat(Stream.of(
                                new ContentPart.Refusal("x"),
                                ContentPart.Reasoning.of("x"),
                                ContentPart.Text.of("x"),
                                List.of("x"),
                                "x",
                                List.of("x", ""),
                                List.of("", "x"),
                                Optional.empty(),
                                Map.of("x", ""),
                                Map.of("", "x"),
                                1,
                                true,
                                "1",
                                "true")
                        .map(ChatKeyTest::digest))
                .doesNotHaveDuplicates();
    }

    @Test
    void namespaceAndPlaceChangeTheKey() {
        WireTarget target = WireTarget.of("openai", "gpt");
        WireProfile renaming =
                new WireProfile(Set.of(), Map.of("max_tokens", "max_completion_tokens"), Map.of(), Map.of(), Map.of());
        assertThat(Stream.of(
                        ChatKey.of("", PLACE, REQUEST),
                        ChatKey.of("acme", PLACE, REQUEST),
                        ChatKey.of("", List.of("router", "cheap"), REQUEST),
                        ChatKey.of("", List.of(WireTarget.of("azure", "gpt")), REQUEST),
                        ChatKey.of("", List.of(target), REQUEST),
                        ChatKey.of("", List.of(target.withUnsupported(Unsupported.DROP)), REQUEST),
                        ChatKey.of("", List.of(target.withProfile(renaming)), REQUEST)))
                .doesNotHaveDuplicates();
    }

    @Test
    void whiteSpaceAndOrderInJsonDoNotCount() {
        String schema = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"number\",\"minimum\":1.0},\"b\":{}}}";
        String same =
                "{ \"properties\" : { \"b\":{ }, \"a\":{\"minimum\":1,\n\"type\":\"number\"}},\"type\":\"object\" }";
        String other = schema.replace("1.0", "1.5");

        assertThat(keyWithSchema(same)).isEqualTo(keyWithSchema(schema));
        assertThat(keyWithSchema(other)).isNotEqualTo(keyWithSchema(schema));
        assertThat(keyWithArguments("{\"a\": 1}", false)).isEqualTo(keyWithArguments("{\"a\":1}", false));
        assertThat(keyWithArguments("{\"a\": 1}", true)).isNotEqualTo(keyWithArguments("{\"a\":1}", true));
        assertThat(keyWithArguments("{\"a\": 1", false)).isNotEqualTo(keyWithArguments("{\"a\":1", false));
    }

    @Test
    void orderOfMapsDoesNotCount() {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("a", 1);
        one.put("b", List.of(Map.of("x", 2.50, "y", true)));
        one.put("c", null);
        Map<String, Object> other = new LinkedHashMap<>();
        other.put("c", null);
        other.put("b", List.of(Map.of("y", true, "x", 2.5)));
        other.put("a", 1L);

        assertThat(ChatKey.of("", PLACE, REQUEST.toBuilder().extra(one).build()))
                .isEqualTo(
                        ChatKey.of("", PLACE, REQUEST.toBuilder().extra(other).build()))
                .isNotEqualTo(ChatKey.of("", PLACE, REQUEST));
    }

    @Test
    void whatIsNoValueIsRefused() {
        ChatRequest request = REQUEST.toBuilder()
                .extra(Map.of("x", new StringBuilder("secret")))
                .build();

        assertThatThrownBy(() -> ChatKey.of("", PLACE, request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a value of a JSON type but got java.lang.StringBuilder");
    }

    @Test
    void halvesOfCharactersAreApart() {
        assertThat(Stream.of("\uD83D", "\uD83C", "?", "\uFFFD").map(ChatKeyTest::digest))
                .doesNotHaveDuplicates();
    }

    @Test
    void questionIsTheLastTextOfTheUserAndTheScopeAllElse() {
        Question question = ChatKey.question("", PLACE, REQUEST).orElseThrow();
        Question similar = question(REQUEST, "Where does Ulm lie?");

        assertThat(question.text()).isEqualTo("Where is Ulm?");
        assertThat(similar.scope()).isEqualTo(question.scope());
        assertThat(ChatKey.question("acme", PLACE, REQUEST).orElseThrow().scope())
                .isNotEqualTo(question.scope());
        assertThat(question(REQUEST.toBuilder().temperature(0.5).build(), "Where is Ulm?")
                        .scope())
                .isNotEqualTo(question.scope());
        assertThat(question.toString()).doesNotContain("Ulm");
    }

    @Test
    void pictureOrAnswerAtTheEndIsNoQuestion() {
        ContentPart picture = ContentPart.Media.of(MediaKind.IMAGE, MediaSource.Url.of("http://x/y.png"));
        ChatRequest withPicture = REQUEST.toBuilder()
                .message(ChatMessage.User.of(List.of(ContentPart.Text.of("What is it?"), picture)))
                .build();
        ChatRequest prefilled =
                REQUEST.toBuilder().message(ChatMessage.Assistant.of("It")).build();

        assertThat(ChatKey.question("", PLACE, withPicture)).isEmpty();
        assertThat(ChatKey.question("", PLACE, prefilled)).isEmpty();
    }

    private static Question question(ChatRequest request, String words) {
        List<ChatMessage> messages = new ArrayList<>(request.messages());
        messages.set(messages.size() - 1, ChatMessage.User.of(words));
        return ChatKey.question(
                        "", PLACE, request.toBuilder().messages(messages).build())
                .orElseThrow();
    }

    private static String keyWithSchema(String schema) {
        return ChatKey.of(
                "",
                PLACE,
                REQUEST.toBuilder()
                        .responseFormat(ResponseFormat.JsonSchema.of("x", schema))
                        .tools(List.of(Tool.Function.of("f", "does", schema)))
                        .build());
    }

    private static String keyWithArguments(String arguments, boolean custom) {
        return digest(new ContentPart.ToolCall("1", "f", arguments, custom, Optional.empty(), Optional.empty()));
    }

    private static String digest(Object value) {
        return new CanonicalDigest(ChatKey.IGNORED).add(value).hex();
    }

    private static boolean isIgnored(RecordComponent component) {
        return ChatKey.IGNORED.contains(component.getDeclaringRecord().getSimpleName() + "." + component.getName());
    }

    /** The record itself and all that are in components that count. */
    private static Set<Class<?>> recordsOf(Class<?> type) {
        Set<Class<?>> found = new LinkedHashSet<>();
        collect(type, found);
        found.removeIf(one -> !one.isRecord());
        return found;
    }

    private static void collect(Type type, Set<Class<?>> found) {
        if (type instanceof ParameterizedType generic) {
            Arrays.stream(generic.getActualTypeArguments()).forEach(argument -> collect(argument, found));
        } else if (type instanceof Class<?> one && found.add(one)) {
            if (one.isRecord()) {
                Arrays.stream(one.getRecordComponents())
                        .filter(part -> !isIgnored(part))
                        .forEach(part -> collect(part.getGenericType(), found));
            } else if (one.isSealed()) {
                Arrays.stream(one.getPermittedSubclasses()).forEach(member -> collect(member, found));
            }
        }
    }

    /** The record with another value in one component. */
    private static Object with(Object specimen, RecordComponent changed) {
        RecordComponent[] components = specimen.getClass().getRecordComponents();
        try {
            Object[] values = new Object[components.length];
            for (int i = 0; i < values.length; i++) {
                Object value = components[i].getAccessor().invoke(specimen);
                values[i] = components[i].getName().equals(changed.getName())
                        ? other(value, components[i].getType())
                        : value;
            }
            return specimen.getClass()
                    .getDeclaredConstructor(Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new))
                    .newInstance(values);
        } catch (NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException e) {
            throw new AssertionError(e);
        }
    }

    private static Object other(Object value, Class<?> type) {
        if (value instanceof Optional) {
            return Optional.empty();
        } else if (value instanceof OptionalInt) {
            return OptionalInt.empty();
        } else if (value instanceof OptionalLong) {
            return OptionalLong.empty();
        } else if (value instanceof OptionalDouble) {
            return OptionalDouble.empty();
        } else if (value instanceof List) {
            return List.of();
        } else if (value instanceof Set) {
            return Set.of();
        } else if (value instanceof Map) {
            return Map.of();
        } else if (value instanceof Boolean bool) {
            return !bool;
        } else if (value instanceof String) {
            return "other";
        } else if (type.isEnum()) {
            return type.getEnumConstants()[1];
        } else if (type.isSealed()) {
            return Specimens.of(type.getPermittedSubclasses()[1]);
        }
        throw new AssertionError("no other value of " + type);
    }
}
