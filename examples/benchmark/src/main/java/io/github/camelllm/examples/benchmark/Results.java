package io.github.camelllm.examples.benchmark;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Numbers by name, and their way from the process that measured them to the one that reports. */
public final class Results {
    private static final String MARK = "result ";

    private final Map<String, Double> numbers = new TreeMap<>();

    public void put(String name, double number) {
        numbers.put(name, number);
    }

    public boolean has(String name) {
        return numbers.containsKey(name);
    }

    public double get(String name) {
        Double number = numbers.get(name);
        if (number == null) {
            throw new IllegalStateException("nothing was measured under the name " + name);
        }
        return number;
    }

    Map<String, Double> all() {
        return Collections.unmodifiableMap(numbers);
    }

    /** Writes a line for each number to standard output. */
    void print() {
        numbers.forEach((name, number) -> System.out.println(MARK + name + ' ' + number));
    }

    /** Takes a line that {@link #print} wrote; false for any other line. */
    boolean accept(String line) {
        if (!line.startsWith(MARK)) {
            return false;
        }
        String[] parts = line.split(" ");
        put(parts[1], Double.parseDouble(parts[2]));
        return true;
    }
}
