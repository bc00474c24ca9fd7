package io.github.camelllm.cache;

import io.github.camelllm.call.Fingerprint;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes a record with all that is in it, and reads it again: records of records, sealed families of records, texts, numbers,
 * moments, enums, optionals and collections. Components are found by reflection, so one that is added to a record is kept
 * without anybody thinking of it, and changes {@link #shape()}. Thread-safe.
 */
final class RecordCodec<T> {
    private final Class<T> type;
    private final byte[] shape;

    RecordCodec(Class<T> type) {
        this.type = type;
        TreeMap<String, String> shapes = new TreeMap<>();
        collect(type, shapes);
        shape = Arrays.copyOf(Fingerprint.bytes(shapes.toString()), 8);
    }

    /** What each class in it looks like. */
    private static void collect(Type type, Map<String, String> shapes) {
        if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                collect(argument, shapes);
            }
            return;
        }
        Class<?> one = (Class<?>) type;
        if (shapes.containsKey(one.getName())) {
            return;
        }
        if (one.isRecord()) {
            RecordShape record = RecordShape.of(one);
            shapes.put(one.getName(), record.toString());
            for (int i = 0; i < record.size(); i++) {
                collect(record.type(i), shapes);
            }
        } else if (one.isSealed()) {
            shapes.put(one.getName(), RecordShape.members(one).toString());
            RecordShape.members(one).forEach(member -> collect(member, shapes));
        } else if (one.isEnum()) {
            shapes.put(one.getName(), Arrays.toString(one.getEnumConstants()));
        }
    }

    /** Eight bytes that differ if the records do. */
    byte[] shape() {
        return shape.clone();
    }

    void write(T value, ByteWriter out) {
        write(type, value, out);
    }

    /**
     * @throws IllegalArgumentException if the bytes are no such value
     * @throws java.nio.BufferUnderflowException if they end too early
     */
    T read(ByteBuffer in) {
        return type.cast(read(type, in));
    }

    private static void write(Type type, Object value, ByteWriter out) {
        if (value instanceof Record) {
            writeRecord(type, value, out);
        } else if (value instanceof String text) {
            out.text(text);
        } else if (value instanceof Optional<?> optional) {
            out.octet(optional.isPresent() ? 1 : 0);
            optional.ifPresent(present -> write(argument(type, 0), present, out));
        } else if (value instanceof Collection<?> collection) {
            out.integer(collection.size());
            collection.forEach(member -> write(argument(type, 0), member, out));
        } else if (value instanceof Map<?, ?> map) {
            out.integer(map.size());
            map.forEach((key, member) -> {
                write(argument(type, 0), key, out);
                write(argument(type, 1), member, out);
            });
        } else {
            writeSimple(value, out);
        }
    }

    private static void writeRecord(Type type, Object value, ByteWriter out) {
        if (((Class<?>) type).isSealed()) {
            out.octet(RecordShape.members((Class<?>) type).indexOf(value.getClass()));
        }
        RecordShape record = RecordShape.of(value.getClass());
        for (int i = 0; i < record.size(); i++) {
            write(record.type(i), record.get(value, i), out);
        }
    }

    private static void writeSimple(Object value, ByteWriter out) {
        if (value instanceof Boolean bool) {
            out.octet(bool ? 1 : 0);
        } else if (value instanceof Integer number) {
            out.integer(number);
        } else if (value instanceof float[] numbers) {
            out.integer(numbers.length);
            for (float number : numbers) {
                out.integer(Float.floatToRawIntBits(number));
            }
        } else if (value instanceof Double number) {
            out.number(Double.doubleToRawLongBits(number));
        } else if (value instanceof OptionalInt number) {
            out.octet(number.isPresent() ? 1 : 0);
            number.ifPresent(out::integer);
        } else if (value instanceof OptionalLong number) {
            out.octet(number.isPresent() ? 1 : 0);
            number.ifPresent(out::number);
        } else if (value instanceof Enum<?> constant) {
            out.octet(constant.ordinal());
        } else if (value instanceof BigDecimal number) {
            out.text(number.toString());
        } else if (value instanceof Instant instant) {
            out.number(instant.getEpochSecond());
            out.integer(instant.getNano());
        } else if (value instanceof LocalDate date) {
            out.number(date.toEpochDay());
        } else if (value instanceof Duration duration) {
            out.number(duration.getSeconds());
            out.integer(duration.getNano());
        } else {
            throw new IllegalArgumentException(value.getClass() + " cannot be kept");
        }
    }

    private static Object read(Type type, ByteBuffer in) {
        if (!(type instanceof ParameterizedType generic)) {
            Class<?> one = (Class<?>) type;
            if (one.isSealed()) {
                return readRecord(element(RecordShape.members(one), in), in);
            }
            return one.isRecord() ? readRecord(one, in) : readSimple(one, in);
        }
        Class<?> raw = (Class<?>) generic.getRawType();
        if (raw == Optional.class) {
            return flag(in) ? Optional.of(read(argument(type, 0), in)) : Optional.empty();
        }
        int size = ByteWriter.length(in);
        if (raw == Map.class) {
            Map<Object, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < size; i++) {
                map.put(read(argument(type, 0), in), read(argument(type, 1), in));
            }
            return map;
        }
        Collection<Object> collection = raw == Set.class ? new LinkedHashSet<>() : new ArrayList<>();
        for (int i = 0; i < size; i++) {
            collection.add(read(argument(type, 0), in));
        }
        return collection;
    }

    private static Object readRecord(Class<?> type, ByteBuffer in) {
        RecordShape record = RecordShape.of(type);
        Object[] values = new Object[record.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = read(record.type(i), in);
        }
        return record.make(values);
    }

    private static Object readSimple(Class<?> type, ByteBuffer in) {
        if (type == String.class) {
            return ByteWriter.text(in);
        } else if (type == boolean.class || type == Boolean.class) {
            return flag(in);
        } else if (type == int.class || type == Integer.class) {
            return in.getInt();
        } else if (type == double.class || type == Double.class) {
            return Double.longBitsToDouble(in.getLong());
        } else if (type == float[].class) {
            float[] numbers = new float[ByteWriter.length(in)];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = Float.intBitsToFloat(in.getInt());
            }
            return numbers;
        } else if (type == OptionalInt.class) {
            return flag(in) ? OptionalInt.of(in.getInt()) : OptionalInt.empty();
        } else if (type == OptionalLong.class) {
            return flag(in) ? OptionalLong.of(in.getLong()) : OptionalLong.empty();
        } else if (type.isEnum()) {
            return element(List.of(type.getEnumConstants()), in);
        } else if (type == BigDecimal.class) {
            return new BigDecimal(ByteWriter.text(in));
        }
        try {
            if (type == Instant.class) {
                return Instant.ofEpochSecond(in.getLong(), in.getInt());
            } else if (type == LocalDate.class) {
                return LocalDate.ofEpochDay(in.getLong());
            } else if (type == Duration.class) {
                return Duration.ofSeconds(in.getLong(), in.getInt());
            }
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("no " + type.getSimpleName(), e);
        }
        throw new IllegalArgumentException(type + " cannot be kept");
    }

    private static boolean flag(ByteBuffer in) {
        return element(List.of(false, true), in);
    }

    private static <E> E element(List<E> all, ByteBuffer in) {
        int index = in.get();
        if (index < 0 || index >= all.size()) {
            throw new IllegalArgumentException("expected one of " + all.size() + " but got number " + index);
        }
        return all.get(index);
    }

    private static Type argument(Type type, int index) {
        return ((ParameterizedType) type).getActualTypeArguments()[index];
    }
}
