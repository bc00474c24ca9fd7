package io.github.camelllm.simulator;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How much a text speaks for a word: by the word's own stem, and by the stems listed for it. */
final class Lexicon {
    private static final Pattern WORD = Pattern.compile("[\\p{L}]+");
    private static final Map<String, List<String>> STEMS = load();
    private static final int OWN_WEIGHT = 3;

    private Lexicon() {}

    /** Lower-case words of the text, in order. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(text.toLowerCase(Locale.ROOT));
        while (word.find()) {
            words.add(word.group());
        }
        return words;
    }

    /** Words of a name in camelCase, snake_case or the like. */
    static List<String> wordsOfName(String name) {
        return words(name.replaceAll("([\\p{Ll}\\d])(\\p{Lu})", "$1 $2"));
    }

    /** 0 if the words of the text do not speak for the name at all. */
    static int score(String name, List<String> textWords) {
        int score = 0;
        for (String word : wordsOfName(name)) {
            String own = stem(word);
            List<String> related = STEMS.getOrDefault(word, List.of());
            for (String textWord : textWords) {
                if (word.length() > 2 && textWord.startsWith(own)) {
                    score += OWN_WEIGHT;
                } else if (related.stream().anyMatch(stem -> matches(textWord, stem))) {
                    score++;
                }
            }
        }
        return score;
    }

    /** Short stems must be the whole word: {@code back} is not {@code background}. */
    private static boolean matches(String word, String stem) {
        return stem.length() < 5 ? word.equals(stem) || word.equals(stem + "s") : word.startsWith(stem);
    }

    /** The word without its ending: its first letters, at least four. */
    private static String stem(String word) {
        return word.substring(0, Math.min(word.length(), Math.max(4, word.length() * 2 / 3)));
    }

    private static Map<String, List<String>> load() {
        Properties properties = new Properties();
        try (Reader reader = new InputStreamReader(
                java.util.Objects.requireNonNull(Lexicon.class.getResourceAsStream("lexicon.properties")),
                StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException("lexicon.properties could not be read", e);
        }
        return properties.stringPropertyNames().stream()
                .collect(Collectors.toUnmodifiableMap(
                        name -> name,
                        name -> List.of(properties.getProperty(name).split("\\s+"))));
    }
}
