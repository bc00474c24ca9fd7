package io.github.camelllm.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One page of the documentation.
 *
 * @param path below the project's root
 * @param text all of it
 * @param blocks its blocks of code, in order
 */
record Page(Path path, String text, List<Block> blocks) {
    /** Root of the project, seen from the folder that this module's tests run in. */
    static final Path ROOT = Path.of("..", "..");

    private static final Pattern MARK = Pattern.compile("<!-- ([a-z-]+)(?:: (.*?))? -->");
    private static final Pattern ATTRIBUTE = Pattern.compile("([\\w./-]+)(?:=(?:\"([^\"]*)\"|'([^']*)'|(\\S+)))?");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");

    /**
     * A block of code and the comment on the line before it.
     *
     * @param line where it begins, counted from 1
     * @param language the word after the fence; empty if there is none
     * @param mark the comment's first word; empty if there is no comment
     * @param attributes what else the comment says
     */
    record Block(Page page, int line, String language, String mark, Map<String, String> attributes, String code) {
        String name() {
            return page.path() + ":" + line + " " + language + " " + mark;
        }

        String attribute(String name, String otherwise) {
            return attributes.getOrDefault(name, otherwise);
        }
    }

    /** README.md and all pages below docs/, sorted. */
    static List<Page> all() throws IOException {
        List<Page> pages = new ArrayList<>();
        pages.add(read(Path.of("README.md")));
        try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                pages.add(read(ROOT.relativize(file)));
            }
        }
        return pages;
    }

    private static Page read(Path path) throws IOException {
        String text = Files.readString(ROOT.resolve(path));
        Page page = new Page(path, text, new ArrayList<>());
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].startsWith("```")) {
                int end = i + 1;
                while (end < lines.length && !lines[end].equals("```")) {
                    end++;
                }
                page.blocks.add(page.block(i, lines, end));
                i = end;
            }
        }
        return page;
    }

    private Block block(int fence, String[] lines, int end) {
        StringBuilder code = new StringBuilder();
        for (int i = fence + 1; i < end; i++) {
            code.append(lines[i]).append('\n');
        }
        Matcher mark = MARK.matcher(fence == 0 ? "" : lines[fence - 1]);
        Map<String, String> attributes = new LinkedHashMap<>();
        if (mark.matches() && mark.group(2) != null) {
            Matcher attribute = ATTRIBUTE.matcher(mark.group(2));
            while (attribute.find()) {
                String value = "";
                for (int group = 2; group <= 4; group++) {
                    value = attribute.group(group) == null ? value : attribute.group(group);
                }
                attributes.put(attribute.group(1), value);
            }
        }
        return new Block(
                this,
                fence + 1,
                lines[fence].substring(3).trim(),
                mark.matches() ? mark.group(1) : "",
                attributes,
                code.toString());
    }

    List<Block> marked(String mark) {
        return blocks.stream().filter(block -> block.mark().equals(mark)).toList();
    }

    /** Targets of links that stay inside of the project. */
    Set<String> links() {
        Set<String> links = new TreeSet<>();
        Matcher link = LINK.matcher(prose());
        while (link.find()) {
            if (!link.group(1).matches("[a-z]+:.*")) {
                links.add(link.group(1));
            }
        }
        return links;
    }

    /** Names of its headings, as links write them. */
    Set<String> anchors() {
        Set<String> anchors = new TreeSet<>();
        for (String line : prose().split("\n")) {
            if (line.matches("#+ .*")) {
                anchors.add(line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'));
            }
        }
        return anchors;
    }

    private String prose() {
        return text.replaceAll("(?ms)^```.*?^```$", "");
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
