package io.github.camelllm.routes.http;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Headers of a message, in the order in which they were set. Names that differ only in case are the same. A message has a few dozen
 * of them, which are looked up hundreds of times on the way through the routes of a gateway: for so few it takes less to look through
 * all hashes than to compare names along the branches of a tree, as Camel's own map does, and most names that are not there are known by
 * one bit of a filter. A copy takes its own arrays when it or the original is changed: Camel copies messages more often than they are
 * changed afterwards. Not thread-safe, as messages are not.
 */
final class HeaderMap extends AbstractMap<String, @Nullable Object> {
    private static final int USUAL_SIZE = 32;
    private static final int FACTOR = 31;
    private static final int PARTS = 4;

    private static final int[] NO_HASHES = {};
    private static final String[] NO_NAMES = {};
    private static final @Nullable Object[] NO_VALUES = {};

    private int[] hashes = NO_HASHES;
    private String[] names = NO_NAMES;
    private @Nullable Object[] values = NO_VALUES;
    private int size;
    /** For each hash that is there, and some that were, the bit that belongs to it. */
    private long filter;
    /** Whether the arrays may be another map's as well, so that they must not be changed. */
    private boolean shared;

    /**
     * The same for all spellings of a name, as {@link String#equalsIgnoreCase} takes them. Of its length and five of its letters only:
     * they tell most names of a message apart, and those with the same hash are compared.
     */
    private static int hash(String name) {
        int length = name.length();
        if (length == 0) {
            return 0;
        }
        int hash = length;
        for (int part = 0; part < PARTS; part++) {
            hash = FACTOR * hash + folded(name.charAt(part * length / PARTS));
        }
        return FACTOR * hash + folded(name.charAt(length - 1));
    }

    private static int folded(char letter) {
        if (letter >= 'A' && letter <= 'Z') {
            return letter + 'a' - 'A';
        }
        return letter < 0x80 ? letter : Character.toLowerCase(Character.toUpperCase(letter));
    }

    private static long bit(int hash) {
        return 1L << (hash ^ hash >>> 6);
    }

    private int find(String name, int hash) {
        if ((filter & bit(hash)) == 0) {
            return -1;
        }
        for (int i = 0; i < size; i++) {
            if (hashes[i] == hash && names[i].equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    private int find(@Nullable Object name) {
        return name instanceof String text ? find(text, hash(text)) : -1;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return find(name) >= 0;
    }

    @Override
    public @Nullable Object get(@Nullable Object name) {
        int at = find(name);
        return at < 0 ? null : values[at];
    }

    /** Keeps the spelling of a name that there is already. */
    @Override
    public @Nullable Object put(String name, @Nullable Object value) {
        int hash = hash(name);
        int at = find(name, hash);
        if (at >= 0) {
            return set(at, value);
        }
        reserve();
        hashes[size] = hash;
        names[size] = name;
        values[size] = value;
        size++;
        filter |= bit(hash);
        return null;
    }

    private @Nullable Object set(int at, @Nullable Object value) {
        own();
        Object before = values[at];
        values[at] = value;
        return before;
    }

    /** Makes room for one more. */
    private void reserve() {
        if (size == names.length) {
            copyArrays(Math.max(USUAL_SIZE, 2 * size));
        } else {
            own();
        }
    }

    private void own() {
        if (shared) {
            copyArrays(names.length);
        }
    }

    private void copyArrays(int capacity) {
        hashes = Arrays.copyOf(hashes, capacity);
        names = Arrays.copyOf(names, capacity);
        values = Arrays.copyOf(values, capacity);
        shared = false;
    }

    @Override
    public void putAll(Map<? extends String, ? extends @Nullable Object> headers) {
        if (size == 0 && headers instanceof HeaderMap other) {
            hashes = other.hashes;
            names = other.names;
            values = other.values;
            size = other.size;
            filter = other.filter;
            shared = true;
            other.shared = true;
        } else {
            headers.forEach(this::put);
        }
    }

    @Override
    public @Nullable Object remove(@Nullable Object name) {
        int at = find(name);
        if (at < 0) {
            return null;
        }
        Object before = values[at];
        removeAt(at);
        return before;
    }

    private void removeAt(int at) {
        own();
        int behind = size - at - 1;
        System.arraycopy(hashes, at + 1, hashes, at, behind);
        System.arraycopy(names, at + 1, names, at, behind);
        System.arraycopy(values, at + 1, values, at, behind);
        size--;
        values[size] = null;
    }

    @Override
    public void clear() {
        own();
        Arrays.fill(values, 0, size, null);
        size = 0;
        filter = 0;
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super @Nullable Object> action) {
        for (int i = 0; i < size; i++) {
            action.accept(names[i], values[i]);
        }
    }

    @Override
    public Set<Entry<String, @Nullable Object>> entrySet() {
        return new Entries();
    }

    private final class Entries extends AbstractSet<Entry<String, @Nullable Object>> {
        @Override
        public int size() {
            return size;
        }

        @Override
        public Iterator<Entry<String, @Nullable Object>> iterator() {
            return new EntryIterator();
        }
    }

    private final class EntryIterator implements Iterator<Entry<String, @Nullable Object>> {
        private int next;
        private boolean mayRemove;

        @Override
        public boolean hasNext() {
            return next < size;
        }

        @Override
        public Entry<String, @Nullable Object> next() {
            if (next >= size) {
                throw new NoSuchElementException();
            }
            mayRemove = true;
            return new Header(names[next], values[next++]);
        }

        @Override
        public void remove() {
            if (!mayRemove) {
                throw new IllegalStateException("there is nothing that was given and not removed");
            }
            mayRemove = false;
            removeAt(--next);
        }
    }

    /** An entry whose value is written through. */
    private final class Header extends SimpleEntry<String, @Nullable Object> {
        private static final long serialVersionUID = 1L;

        Header(String name, @Nullable Object value) {
            super(name, value);
        }

        @Override
        public @Nullable Object setValue(@Nullable Object value) {
            put(getKey(), value);
            return super.setValue(value);
        }
    }
}
