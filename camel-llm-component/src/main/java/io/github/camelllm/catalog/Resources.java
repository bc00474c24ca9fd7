package io.github.camelllm.catalog;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** The data files beside these classes. Each folder has an index, since a class path cannot be listed reliably. */
final class Resources {
    private Resources() {}

    /** @param name path below this package, such as {@code providers/groq.yaml} */
    static Reader open(String name) {
        InputStream in = Resources.class.getResourceAsStream(name);
        if (in == null) {
            throw new CatalogException("the jar lacks its data file " + name);
        }
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /** The lines of a data file, without comments and empty lines. */
    static List<String> lines(String name) {
        try (BufferedReader in = new BufferedReader(open(name))) {
            return in.lines()
                    .map(String::trim)
                    .filter(line -> !line.isEmpty() && line.charAt(0) != '#')
                    .collect(Collectors.toUnmodifiableList());
        } catch (IOException e) {
            throw new UncheckedIOException("data file " + name + " could not be read", e);
        }
    }
}
