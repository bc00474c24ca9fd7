package io.github.camelllm.simulator;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a quick reader finds in a text: sentences, names, addresses, amounts, dates, numbers. */
final class TextFacts {
    private static final int MAX_CHARS = 20_000;
    private static final int MAX_FACTS = 50;
    private static final Pattern EMAIL =
            Pattern.compile("[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){1,4}");
    private static final Pattern URL = Pattern.compile("https?://[^\\s<>\"']{3,500}");
    private static final Pattern ISO_DATE = Pattern.compile("\\b(\\d{4})-(\\d{2})-(\\d{2})\\b");
    private static final Pattern DOTTED_DATE = Pattern.compile("\\b(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})\\b");
    private static final Pattern WORD_DATE = Pattern.compile(
            "\\b(\\d{1,2})\\.? (January|February|March|April|May|June|July|August|September|October|November|December),? (\\d{4})\\b");
    private static final Pattern AMOUNT = Pattern.compile(
            "(?:(EUR|USD|GBP|CHF|[$€£])\\s?(\\d[\\d.,']{0,15}\\d|\\d))|(?:(\\d[\\d.,']{0,15}\\d|\\d)\\s?(EUR|USD|GBP|CHF|€|\\$|£|euros?|dollars?))\\b?");
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.,-])-?\\d{1,12}(?:\\.\\d{1,6})?(?![\\w-]|[.,]\\d)");
    private static final Pattern REFERENCE =
            Pattern.compile("\\b(?:[A-Z]{1,6}[-/]?\\d[\\dA-Z/-]{1,20}|\\d{5,15}|#\\d{2,15})\\b");
    private static final Pattern PHONE = Pattern.compile("\\+?\\d[\\d ()/-]{6,18}\\d");
    private static final Pattern NAME =
            Pattern.compile("\\b\\p{Lu}[\\p{L}'-]{1,30}(?: (?:(?:von|van|de|of) )?\\p{Lu}[\\p{L}.'-]{0,30}){0,3}");
    private static final Set<String> NO_NAMES = Set.of(
            "dear",
            "hello",
            "hi",
            "regards",
            "the",
            "this",
            "that",
            "my",
            "our",
            "your",
            "please",
            "thanks",
            "thank",
            "we",
            "you",
            "it",
            "in",
            "on",
            "at",
            "if",
            "and",
            "but",
            "for",
            "from",
            "to",
            "subject",
            "date",
            "best",
            "kind",
            "sincerely",
            "yours",
            "classify",
            "extract",
            "summarize",
            "summarise",
            "return",
            "answer",
            "what",
            "when",
            "where",
            "why",
            "how",
            "is",
            "are",
            "do",
            "does",
            "since",
            "after",
            "before",
            "today",
            "yesterday",
            "he",
            "she",
            "they",
            "there",
            "no",
            "not",
            "yes",
            "order",
            "invoice",
            "total",
            "amount",
            "text",
            "message",
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "january",
            "february",
            "march",
            "april",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
            "i'm",
            "i",
            "email",
            "e-mail",
            "customer",
            "ticket",
            "document",
            "json",
            "user",
            "here",
            "now",
            "it's",
            "as",
            "a",
            "an",
            "us",
            "eur",
            "usd",
            "gbp",
            "chf",
            "re",
            "could",
            "can",
            "would",
            "will",
            "also",
            "still",
            "however",
            "ok");
    private static final List<String> MONTHS = List.of(
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december");

    private final String text;
    private final List<String> words;

    TextFacts(String prompt) {
        String head = prompt.length() > MAX_CHARS ? prompt.substring(0, MAX_CHARS) : prompt;
        text = document(head);
        words = Lexicon.words(text);
    }

    /** The prompt without the instruction that stands before it, if a line that ends with a colon parts them. */
    private static String document(String prompt) {
        Matcher colon =
                Pattern.compile("^[^\\n]{10,}:[ \\t]*\\n", Pattern.MULTILINE).matcher(prompt);
        if (colon.find() && prompt.length() - colon.end() > 20) {
            return prompt.substring(colon.end());
        }
        return prompt;
    }

    List<String> words() {
        return words;
    }

    /** The first sentence that says something: no greeting, at least four words. */
    Optional<String> firstSentence() {
        for (String line : text.split("\\n+")) {
            for (String sentence : line.trim().split("(?<=[.!?])\\s+")) {
                String trimmed = sentence.trim();
                if (trimmed.split("\\s+").length >= 4 && !trimmed.matches("(?i)(dear|hello|hi|from|to|date)\\b.*")) {
                    return Optional.of(trimmed.replaceFirst("(?i)^subject:\\s*", ""));
                }
            }
        }
        String all = text.trim().replaceAll("\\s+", " ");
        return all.isEmpty() ? Optional.empty() : Optional.of(all);
    }

    List<String> emails() {
        return all(EMAIL);
    }

    List<String> urls() {
        return all(URL);
    }

    List<String> phones() {
        return all(PHONE);
    }

    /** Order numbers, invoice numbers and the like. */
    List<String> references() {
        return all(REFERENCE);
    }

    /** Runs of capitalised words that are no common words. */
    List<String> names() {
        Set<String> names = new LinkedHashSet<>();
        Matcher name = NAME.matcher(text);
        while (name.find() && names.size() < MAX_FACTS) {
            String[] parts = name.group().split(" ");
            int from = 0;
            while (from < parts.length && NO_NAMES.contains(parts[from].toLowerCase(Locale.ROOT))) {
                from++;
            }
            String rest =
                    String.join(" ", List.of(parts).subList(from, parts.length)).replaceFirst("[.'-]+$", "");
            boolean startsSentence = from == 0 && startsSentence(name.start());
            if (rest.length() > 1 && !(startsSentence && parts.length == 1)) {
                names.add(rest);
            }
        }
        return List.copyOf(names);
    }

    private boolean startsSentence(int at) {
        for (int i = at - 1; i >= 0; i--) {
            char before = text.charAt(i);
            if (!Character.isWhitespace(before)) {
                return before == '.' || before == '!' || before == '?';
            }
        }
        return true;
    }

    /** Dates in ISO form. */
    List<String> dates() {
        Set<String> dates = new LinkedHashSet<>();
        Matcher iso = ISO_DATE.matcher(text);
        while (iso.find()) {
            date(iso.group(1), iso.group(2), iso.group(3)).ifPresent(dates::add);
        }
        Matcher dotted = DOTTED_DATE.matcher(text);
        while (dotted.find()) {
            date(dotted.group(3), dotted.group(2), dotted.group(1)).ifPresent(dates::add);
        }
        Matcher spelled = WORD_DATE.matcher(text);
        while (spelled.find()) {
            int month = MONTHS.indexOf(spelled.group(2).toLowerCase(Locale.ROOT)) + 1;
            date(spelled.group(3), String.valueOf(month), spelled.group(1)).ifPresent(dates::add);
        }
        return List.copyOf(dates);
    }

    private static Optional<String> date(String year, String month, String day) {
        try {
            return Optional.of(LocalDate.of(Integer.parseInt(year), Integer.parseInt(month), Integer.parseInt(day))
                    .toString());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Amounts of money, without their currency. */
    List<BigDecimal> amounts() {
        List<BigDecimal> amounts = new ArrayList<>();
        Matcher amount = AMOUNT.matcher(text);
        while (amount.find() && amounts.size() < MAX_FACTS) {
            amounts.add(decimal(amount.group(2) != null ? amount.group(2) : amount.group(3)));
        }
        return amounts;
    }

    /** ISO codes of the currencies named. */
    List<String> currencies() {
        Set<String> codes = new LinkedHashSet<>();
        Matcher amount = AMOUNT.matcher(text);
        while (amount.find()) {
            String sign = (amount.group(1) != null ? amount.group(1) : amount.group(4)).toLowerCase(Locale.ROOT);
            codes.add(
                    sign.startsWith("€") || sign.startsWith("euro")
                            ? "EUR"
                            : sign.startsWith("$") || sign.startsWith("dollar")
                                    ? "USD"
                                    : sign.equals("£") ? "GBP" : sign.toUpperCase(Locale.ROOT));
        }
        return List.copyOf(codes);
    }

    /** Plain numbers. */
    List<BigDecimal> numbers() {
        return all(NUMBER).stream().map(BigDecimal::new).toList();
    }

    /** Reads {@code 1,234.50}, {@code 1.234,50}, {@code 1'234.50} and {@code 99,90}. */
    private static BigDecimal decimal(String text) {
        String digits = text.replace("'", "");
        int point = Math.max(digits.lastIndexOf('.'), digits.lastIndexOf(','));
        boolean decimals = point >= 0 && digits.length() - point - 1 != 3;
        String whole = (decimals ? digits.substring(0, point) : digits).replaceAll("[.,]", "");
        return new BigDecimal((whole.isEmpty() ? "0" : whole) + (decimals ? "." + digits.substring(point + 1) : ""));
    }

    /** First piece of the text that the pattern matches. */
    Optional<String> first(Pattern pattern) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
    }

    private List<String> all(Pattern pattern) {
        Set<String> found = new LinkedHashSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find() && found.size() < MAX_FACTS) {
            found.add(matcher.group());
        }
        return List.copyOf(found);
    }
}
