package io.github.camelllm.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.wire.Json;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of values, equal for values that mean the same: the order of maps and sets does not count, nor does white space or
 * the order of members in components that hold JSON text ({@code json}, {@code …Json}). Each value is written with its kind
 * and length, so that no two different ones are written alike. Records are read by reflection, so a component added to one
 * counts until it is said not to. Not thread-safe.
 */
final class CanonicalDigest {
    private static final ObjectReader JSON_READER = Json.MAPPER
            .reader()
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final ClassValue<List<Component>> COMPONENTS = new ClassValue<>() {
        @Override
        protected List<Component> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents()).map(Component::of).toList();
        }
    };

    private final MessageDigest sha;
    private final byte[] buffer = new byte[8192];
    private final Set<String> ignored;
    private int filled;

    /** One component of a record, and whether its text is JSON. */
    private record Component(String name, Method accessor, boolean json) {
        static Component of(RecordComponent component) {
            Method accessor = component.getAccessor();
            String name = component.getName();
            return new Component(
                    component.getDeclaringRecord().getSimpleName() + "." + name,
                    accessor,
                    name.equals("json") || name.endsWith("Json"));
        }

        @Nullable
        Object of(Object value) {
            try {
                return accessor.invoke(value);
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException(name + " cannot be read", e);
            }
        }
    }

    /** @param ignored components that do not count, such as {@code ChatRequest.user} */
    CanonicalDigest(Set<String> ignored) {
        this.ignored = ignored;
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** @throws IllegalArgumentException if a value is, or holds, something that is no value, such as a stream */
    CanonicalDigest add(@Nullable Object value) {
        if (value == null) {
            kind('0');
        } else if (value instanceof String text) {
            kind('S');
            text(text);
        } else if (value instanceof Boolean bool) {
            kind(bool ? 'T' : 'F');
        } else if (value instanceof Number number) {
            kind('N');
            text(decimal(number));
        } else if (value instanceof Enum<?> constant) {
            kind('E');
            text(constant.name());
        } else if (value instanceof Record) {
            record(value);
        } else if (value instanceof List<?> list) {
            kind('L');
            length(list.size());
            list.forEach(this::add);
        } else if (value instanceof Map<?, ?> map) {
            map(map);
        } else if (value instanceof Set<?> set) {
            set(set);
        } else {
            optional(value);
        }
        return this;
    }

    /** The digest in 64 hexadecimal digits. Nothing may be added afterwards. */
    String hex() {
        flush();
        return HexFormat.of().formatHex(sha.digest());
    }

    private void optional(Object value) {
        if (value instanceof Optional<?> optional) {
            add(optional.orElse(null));
        } else if (value instanceof OptionalInt number) {
            add(number.isPresent() ? number.getAsInt() : null);
        } else if (value instanceof OptionalLong number) {
            add(number.isPresent() ? number.getAsLong() : null);
        } else if (value instanceof OptionalDouble number) {
            add(number.isPresent() ? number.getAsDouble() : null);
        } else {
            throw new IllegalArgumentException("expected a value of a JSON type but got "
                    + value.getClass().getName());
        }
    }

    private void record(Object value) {
        Class<?> type = value.getClass();
        kind('R');
        text(type.getName());
        boolean freeText = value instanceof ContentPart.ToolCall call && call.custom();
        for (Component component : COMPONENTS.get(type)) {
            if (ignored.contains(component.name())) {
                continue;
            }
            Object member = component.of(value);
            if (component.json() && !(freeText && component.name().equals("ToolCall.argumentsJson"))) {
                json(member instanceof Optional<?> optional ? (String) optional.orElse(null) : (String) member);
            } else {
                add(member);
            }
        }
    }

    private void map(Map<?, ?> map) {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((name, member) -> {
            if (!(name instanceof String text)) {
                throw new IllegalArgumentException("expected texts as names of members");
            }
            sorted.put(text, Optional.ofNullable(member));
        });
        kind('M');
        length(sorted.size());
        sorted.forEach((name, member) -> {
            text(name);
            add(member);
        });
    }

    private void set(Collection<?> set) {
        List<String> sorted = new ArrayList<>();
        set.forEach(member -> sorted.add(String.valueOf(member)));
        sorted.sort(null);
        kind('U');
        length(sorted.size());
        sorted.forEach(this::text);
    }

    /** Text that is no JSON counts as it is. */
    private void json(@Nullable String text) {
        if (text == null) {
            kind('0');
            return;
        }
        JsonNode tree;
        try {
            tree = JSON_READER.readTree(text);
        } catch (JsonProcessingException e) {
            // Such as arguments that a model wrote wrongly: they go to the provider as they are
            tree = null;
        }
        if (tree == null || tree.isMissingNode()) {
            kind('X');
            text(text);
        } else {
            kind('J');
            json(tree);
        }
    }

    private void json(JsonNode node) {
        if (node.isObject()) {
            Map<String, JsonNode> sorted = new TreeMap<>();
            node.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
            kind('M');
            length(sorted.size());
            sorted.forEach((name, member) -> {
                text(name);
                json(member);
            });
        } else if (node.isArray()) {
            kind('L');
            length(node.size());
            node.forEach(this::json);
        } else if (node.isNumber()) {
            add(node.decimalValue());
        } else if (node.isBoolean()) {
            add(node.booleanValue());
        } else {
            add(node.textValue());
        }
    }

    private static String decimal(Number number) {
        if (number instanceof Integer || number instanceof Long) {
            long value = number.longValue();
            // As the decimal form below writes it
            return value % 10 == 0
                    ? BigDecimal.valueOf(value).stripTrailingZeros().toString()
                    : Long.toString(value);
        }
        try {
            BigDecimal exact = number instanceof BigDecimal decimal ? decimal : new BigDecimal(number.toString());
            return exact.stripTrailingZeros().toString();
        } catch (NumberFormatException e) {
            // Infinite or no number at all
            return number.toString();
        }
    }

    /** Each char by itself in the way of UTF-8, so that halves of surrogate pairs do not become one replacement. */
    private void text(String text) {
        int length = text.length();
        length(length);
        for (int i = 0; i < length; i++) {
            if (filled > buffer.length - 3) {
                flush();
            }
            char c = text.charAt(i);
            if (c < 0x80) {
                buffer[filled++] = (byte) c;
            } else if (c < 0x800) {
                buffer[filled++] = (byte) (0xC0 | c >> 6);
                buffer[filled++] = (byte) (0x80 | c & 0x3F);
            } else {
                buffer[filled++] = (byte) (0xE0 | c >> 12);
                buffer[filled++] = (byte) (0x80 | c >> 6 & 0x3F);
                buffer[filled++] = (byte) (0x80 | c & 0x3F);
            }
        }
    }

    private void length(int length) {
        if (filled > buffer.length - 4) {
            flush();
        }
        buffer[filled++] = (byte) (length >>> 24);
        buffer[filled++] = (byte) (length >>> 16);
        buffer[filled++] = (byte) (length >>> 8);
        buffer[filled++] = (byte) length;
    }

    private void kind(char kind) {
        if (filled == buffer.length) {
            flush();
        }
        buffer[filled++] = (byte) kind;
    }

    private void flush() {
        sha.update(buffer, 0, filled);
        filled = 0;
    }
}
