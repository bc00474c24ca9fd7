package io.github.camelllm.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/routers-import.md says is so: each configuration gives the routers and the notes that stand below it. */
class RouterImportDocsTest {
    private static final Path PAGE = Path.of("..", "docs", "routers-import.md");
    private static final Pattern BLOCK =
            Pattern.compile("(?ms)^<!-- router(?:: (id|same)=([a-z]+))? -->\n```(?:yaml|json)\n(.*?)^```$");
    private static final Pattern NOTES = Pattern.compile("(?ms)^and these are the notes:\n\n```text\n(.*?)^```$");

    private static RouterDefinitions read(String text) {
        return RouterDefinitions.NONE
                .withYaml(
                        "page",
                        new StringReader(text),
                        RouterImport.Settings.DEFAULT.withEnvironment(
                                name -> name.equals("AZURE_KEY") ? Optional.of("a-key") : Optional.empty()))
                .validated();
    }

    @Test
    void configurationsGiveTheRoutersBelowThem() throws IOException {
        Matcher block = BLOCK.matcher(Files.readString(PAGE));
        Map<String, RouterDefinitions> theirs = new LinkedHashMap<>();
        List<String> compared = new ArrayList<>();
        while (block.find()) {
            RouterDefinitions routers = read(block.group(3));
            assertThat(routers.all()).isNotEmpty();
            if ("id".equals(block.group(1))) {
                theirs.put(block.group(2), routers);
            } else if ("same".equals(block.group(1))) {
                assertThat(theirs).containsKey(block.group(2));
                assertThat(theirs.get(block.group(2)).all()).isEqualTo(routers.all());
                compared.add(block.group(2));
            }
        }
        assertThat(compared).containsExactly("openrouter", "portkey", "litellm");
    }

    @Test
    void configurationsGiveTheNotesBelowThem() throws IOException {
        String page = Files.readString(PAGE);
        List<String> given = new ArrayList<>();
        Matcher block = BLOCK.matcher(page);
        while (block.find()) {
            if ("id".equals(block.group(1))) {
                StringBuilder notes = new StringBuilder();
                read(block.group(3)).notes().forEach(note -> notes.append(note).append('\n'));
                given.add(notes.toString());
            }
        }
        List<String> written = new ArrayList<>();
        Matcher notes = NOTES.matcher(page);
        while (notes.find()) {
            written.add(notes.group(1));
        }
        assertThat(given).hasSize(3).isEqualTo(written);
    }
}
