package io.github.camelllm.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A table in the documentation that is made from data; {@code -Dllm.docs.update=true} writes it anew. */
public final class GeneratedTable {
    /** Root of the project, seen from the folder that the component's tests run in. */
    private static final Path ROOT = Path.of("..");

    private GeneratedTable() {}

    /**
     * Fails if a page does not hold the table as it would be made now, or brings the page up to date.
     *
     * @param page path below the project's root, such as {@code docs/providers.md}
     * @param name what its marks call the table
     * @param table the table, or any other Markdown, as it would be made now
     */
    public static void check(String page, String name, String table) throws IOException {
        Path file = ROOT.resolve(page);
        String text = Files.readString(file);
        String begin = "<!-- generated from data: " + name + " -->\n";
        String end = "<!-- end of " + name + " -->";
        int mark = text.indexOf(begin);
        assertThat(mark).as("mark '%s' in %s", begin.trim(), page).isNotNegative();
        int from = mark + begin.length();
        int to = text.indexOf(end);
        assertThat(to).as("mark '%s' in %s", end, page).isGreaterThanOrEqualTo(from);
        String current = text.substring(0, from) + table + text.substring(to);
        if (Boolean.getBoolean("llm.docs.update") && !current.equals(text)) {
            Files.writeString(file, current);
        } else {
            assertThat(text)
                    .as("run the tests of the component with -Dllm.docs.update=true and commit %s", page)
                    .isEqualTo(current);
        }
    }

    /** The text of a page, given by its path below the project's root. */
    public static String page(String page) throws IOException {
        return Files.readString(ROOT.resolve(page));
    }
}
