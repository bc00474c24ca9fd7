package io.github.camelllm.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What must be the same in two questions for them to have one answer, however similar they are to a language model:
 * numbers, signs of arithmetic and currencies, negations, names and what stands in quotes. It is a cheap guard and not an
 * understanding: it tells <i>invoice 12</i> from <i>invoice 13</i> and <i>may I</i> from <i>may I not</i>, and not
 * <i>cheap</i> from <i>dear</i>.
 *
 * @param numbers words with a digit in them, with their signs, in order
 * @param signs of arithmetic and currencies, in order, without the differences of spelling
 * @param negations in order, without the differences of spelling
 * @param quotes texts in quotation marks
 * @param names words with a capital letter that do not begin a sentence, and single capitals other than <i>I</i> and an
 *     article, in small letters except <i>A</i>
 * @param words all words, likewise
 */
record QuestionFacts(
        List<String> numbers,
        List<String> signs,
        List<String> negations,
        Set<String> quotes,
        Set<String> names,
        Set<String> words) {
    /** A number has its sign, unless that joins it to a word; some languages of programmers end with signs. */
    private static final Pattern WORD = Pattern.compile("(?:(?<![\\p{L}\\p{M}\\p{N}])[-\u2212+]?\\.?(?=\\p{N}))?"
            + "[\\p{L}\\p{M}\\p{N}]+(?:[-'’.,:/][\\p{L}\\p{M}\\p{N}]+)*(?:\\+\\+|#)?");

    /** A dash beside a number is one of arithmetic, and so is an exclamation mark after one. */
    private static final Pattern SIGN =
            Pattern.compile("[\\p{Sm}\\p{Sc}*/^%·]|(?<=\\p{N})!|(?<=\\p{N} ?)[-–]|[-–](?= ?\\p{N})");

    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"|“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»|`([^`]+)`");
    private static final Set<String> NEGATIONS = Set.of(
            "not", "no", "never", "cannot", "without", "except", "none", "neither", "nor", "nicht", "kein", "keine",
            "keinen", "keiner", "keinem", "keines", "nie", "niemals", "ohne", "außer", "ne", "pas", "jamais", "sans",
            "sin", "nunca", "non", "mai", "senza", "niet", "geen", "nooit", "zonder");

    static QuestionFacts of(String text) {
        List<String> numbers = new ArrayList<>();
        List<String> signs = new ArrayList<>();
        List<String> negations = new ArrayList<>();
        Set<String> quotes = new TreeSet<>();
        Set<String> names = new TreeSet<>();
        Set<String> words = new TreeSet<>();
        Matcher sign = SIGN.matcher(text).useTransparentBounds(true);
        Matcher word = WORD.matcher(text);
        int end = 0;
        while (word.find()) {
            addSigns(sign.region(end, word.start()), signs);
            end = word.end();
            String found = word.group();
            String bare = found.replace('’', '\'').replace('\u2212', '-').replaceAll("'[sS]$", "");
            boolean begins = beginsSentence(text, word.start());
            // Plan A has more than an article
            String lower = bare.equals("A") && !begins ? bare : bare.toLowerCase(Locale.ROOT);
            words.add(lower);
            if (found.chars().anyMatch(Character::isDigit)) {
                numbers.add(lower);
            } else if (lower.endsWith("n't")) {
                negations.add("not");
            } else if (NEGATIONS.contains(lower)) {
                negations.add(lower.equals("cannot") ? "not" : lower);
            } else if (isName(bare, begins)) {
                names.add(lower);
            }
        }
        addSigns(sign.region(end, text.length()), signs);
        Matcher quoted = QUOTED.matcher(text);
        while (quoted.find()) {
            quotes.add(quoted.group());
        }
        return new QuestionFacts(numbers, signs, negations, quotes, names, words);
    }

    /** Whether two questions may have one answer. A name may begin a sentence in one of them and not in the other. */
    boolean agreeWith(QuestionFacts other) {
        return numbers.equals(other.numbers)
                && signs.equals(other.signs)
                && negations.equals(other.negations)
                && quotes.equals(other.quotes)
                && other.words.containsAll(names)
                && words.containsAll(other.names);
    }

    private static void addSigns(Matcher sign, List<String> signs) {
        while (sign.find()) {
            String found = sign.group();
            signs.add(
                    switch (found) {
                        case "×", "·", "⋅" -> "*";
                        case "÷", "∕" -> "/";
                        case "\u2212", "–" -> "-";
                        default -> found;
                    });
        }
    }

    private static boolean isName(String word, boolean beginsSentence) {
        if (word.length() == 1) {
            return Character.isUpperCase(word.charAt(0)) && !word.equals("I") && !(beginsSentence && word.equals("A"));
        }
        return !beginsSentence && word.chars().anyMatch(Character::isUpperCase);
    }

    private static boolean beginsSentence(String text, int start) {
        for (int i = start - 1; i >= 0; i--) {
            char c = text.charAt(i);
            if (c == '\n' || ".!?:".indexOf(c) >= 0) {
                return true;
            }
            if (!Character.isWhitespace(c) && "\"'“„«(¿¡".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }
}
