package io.github.camelllm.chat;

import java.io.IOException;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Values of the vocabulary's records with no component left out, made by reflection, so that a component added later is
 * covered too. Each string names the component that it stands in.
 */
public final class Specimens {
    private Specimens() {}

    /** All records of the package, nested ones included. */
    static List<Class<?>> records() {
        try (Stream<Path> files = Files.list(
                Path.of(ChatRequest.class.getResource("ChatRequest.class").toURI())
                        .getParent())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class"))
                    .map(name -> type(name.substring(0, name.length() - ".class".length())))
                    .filter(Class::isRecord)
                    .sorted((one, other) -> one.getName().compareTo(other.getName()))
                    .collect(Collectors.toList());
        } catch (IOException | URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(
                    ChatRequest.class.getPackageName() + "." + name, false, Specimens.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** A record whose components are all set. */
    public static <T> T of(Class<T> type) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = Arrays.stream(components)
                .map(component -> value(component.getGenericType(), nameOf(component)))
                .toArray();
        try {
            var constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException e) {
            throw new AssertionError("no specimen of " + type, e);
        }
    }

    /** What a string in this component says: its record and name between marks. */
    public static String nameOf(RecordComponent component) {
        Class<?> type = component.getDeclaringRecord();
        String outer =
                type.getDeclaringClass() == null ? "" : type.getDeclaringClass().getSimpleName() + ".";
        return "⟦" + outer + type.getSimpleName() + "." + component.getName() + "⟧";
    }

    /** Some value of this type that is not its default. */
    public static Object value(Type type, String canary) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == Optional.class) {
                return Optional.of(value(arguments[0], canary));
            }
            if (generic.getRawType() == List.class) {
                return List.of(value(arguments[0], canary));
            }
            if (generic.getRawType() == Set.class) {
                return Set.of(value(arguments[0], canary));
            }
            if (generic.getRawType() == Map.class) {
                return Map.of(value(arguments[0], canary), value(arguments[1], canary));
            }
        }
        if (type instanceof GenericArrayType) {
            throw new AssertionError("no specimen of " + type);
        }
        return simpleValue((Class<?>) type, canary);
    }

    private static Object simpleValue(Class<?> type, String canary) {
        Object simple = Map.<Class<?>, Object>ofEntries(
                        Map.entry(String.class, canary),
                        Map.entry(Object.class, canary),
                        Map.entry(Boolean.class, true),
                        Map.entry(boolean.class, true),
                        Map.entry(Double.class, 0.25),
                        Map.entry(double.class, 0.25),
                        Map.entry(int.class, 3),
                        Map.entry(long.class, 11L),
                        Map.entry(OptionalInt.class, OptionalInt.of(5)),
                        Map.entry(OptionalLong.class, OptionalLong.of(7)),
                        Map.entry(OptionalDouble.class, OptionalDouble.of(0.5)),
                        Map.entry(Instant.class, Instant.EPOCH),
                        Map.entry(Duration.class, Duration.ofSeconds(9)),
                        Map.entry(BigDecimal.class, BigDecimal.ONE),
                        Map.entry(UUID.class, new UUID(1, 2)),
                        Map.entry(ByteBuffer.class, ByteBuffer.wrap(canary.getBytes(StandardCharsets.UTF_8))),
                        Map.entry(float[].class, new float[] {1}))
                .get(type);
        if (simple != null) {
            return simple;
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        if (type.isSealed()) {
            return of(type.getPermittedSubclasses()[0]);
        }
        if (type == TokenLogprob.class) {
            return new TokenLogprob(canary, -0.5, List.of());
        }
        return of(type);
    }
}
