package io.github.camelllm.cache;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** How values of one record class are taken apart and put together. */
final class RecordShape {
    private static final ClassValue<RecordShape> SHAPES = new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
            return new RecordShape(type);
        }
    };

    private static final ClassValue<List<Class<?>>> MEMBERS = new ClassValue<>() {
        @Override
        protected List<Class<?>> computeValue(Class<?> family) {
            return Arrays.stream(family.getPermittedSubclasses())
                    .sorted(Comparator.comparing(Class::getName))
                    .<Class<?>>map(member -> member)
                    .toList();
        }
    };

    private final String description;
    private final Constructor<?> constructor;
    private final Method[] accessors;
    private final Type[] types;

    private RecordShape(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        description = type.getName() + Arrays.toString(components);
        accessors = Arrays.stream(components).map(RecordComponent::getAccessor).toArray(Method[]::new);
        types = Arrays.stream(components).map(RecordComponent::getGenericType).toArray(Type[]::new);
        try {
            constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    static RecordShape of(Class<?> type) {
        return SHAPES.get(type);
    }

    /** The records of a sealed family, in an order that is the same everywhere. */
    static List<Class<?>> members(Class<?> family) {
        return MEMBERS.get(family);
    }

    int size() {
        return types.length;
    }

    Type type(int component) {
        return types[component];
    }

    Object get(Object value, int component) {
        try {
            return accessors[component].invoke(value);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(accessors[component] + " cannot be read", e);
        }
    }

    /** @throws IllegalArgumentException if the record does not take these values */
    Object make(Object[] values) {
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(description + " does not take these values", e.getCause());
        } catch (InstantiationException | IllegalAccessException e) {
            throw new IllegalStateException(description + " cannot be made", e);
        }
    }

    /** Names and types of its components. */
    @Override
    public String toString() {
        return description;
    }
}
