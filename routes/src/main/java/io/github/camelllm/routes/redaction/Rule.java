package io.github.camelllm.routes.redaction;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One kind of value and how it is found. Expressions are RE2's, whose time is linear in the text, so that no text can stall
 * a route.
 *
 * @param name in capitals: the first part of placeholders
 * @param pattern what may be such a value
 * @param check finds the values in what the pattern found
 * @param thorough whether the check looks for values that begin anywhere in it, so that none is missed by going on behind it
 */
record Rule(String name, Pattern pattern, Check check, boolean thorough) {
    /** The parts of a candidate that are values. */
    interface Check {
        /** @return spans relative to the candidate; empty if it holds none */
        List<Span> spans(String candidate);
    }

    /** From, to: as of {@link String#substring(int, int)}. */
    record Span(int from, int to) {}

    private static final Check ALL = candidate -> List.of(new Span(0, candidate.length()));

    /** Lengths of IBANs by country, from SWIFT's IBAN registry. */
    private static final Map<String, Integer> IBAN_LENGTHS = lengths("15NO 16BE 18DK 18FI 18FO 18GL 18NL 18SD 19MK 19SI"
            + " 20AT 20BA 20EE 20KZ 20LT 20LU 20XK 20MN 21CH 21HR 21LI 21LV 22BG 22BH 22CR 22DE 22GB 22GE 22IE 22ME 22RS 22VA"
            + " 23AE 23GI 23IL 23IQ 23OM 23TL 23SO 24AD 24CZ 24ES 24MD 24PK 24RO 24SA 24SE 24SK 24TN 24VG 25LY 25PT 25ST 26IS"
            + " 26TR 27FR 27GR 27IT 27MC 27MR 27SM 27BI 27DJ 28AL 28AZ 28BY 28CY 28DO 28GT 28HU 28LB 28NI 28PL 28SV 29BR 29EG"
            + " 29PS 29QA 29UA 30JO 30KW 30MU 31MT 31SC 32LC 33RU");

    /** Space, no-break space, narrow no-break space, or a dash, between groups of digits. */
    private static final String GAP = "[ \\x{00A0}\\x{202F}\\x{2010}-\\x{2013}.-]";

    private static final List<Rule> SHIPPED = List.of(
            rule("IBAN", "[A-Za-z]{2}[0-9]{2}(?:" + GAP + "?[A-Za-z0-9]){11,30}", Rule::iban),
            new Rule("CARD", Pattern.compile("[0-9](?:" + GAP + "?[0-9]){12,}"), Rule::card, true),
            rule("EMAIL", "[\\p{L}\\p{N}._%+'-]+@[\\p{L}\\p{N}-]+(?:\\.[\\p{L}\\p{N}-]+)+", ALL),
            rule(
                    "PHONE",
                    "(?:\\+|\\b00)[1-9](?:[ \\x{00A0}\\x{202F}\\x{2010}-\\x{2013}./()-]{0,3}[0-9]){6,14}\\b"
                            + "|\\(?\\b0[0-9]{1,5}\\)?(?:[ \\x{00A0}./-]{0,3}[0-9]){5,11}\\b"
                            + "|\\(?\\b[2-9][0-9]{2}\\)?[ .-]{1,2}[2-9][0-9]{2}[ .-][0-9]{4}\\b",
                    Rule::phone));

    private static final java.util.regex.Pattern DATE =
            java.util.regex.Pattern.compile("\\d{1,2}([./-])\\d{1,2}\\1\\d{4}.*", java.util.regex.Pattern.DOTALL);

    private static Rule rule(String name, String expression, Check check) {
        return new Rule(name, Pattern.compile(expression), check, false);
    }

    /**
     * A rule of the user.
     *
     * @throws IllegalArgumentException if name or expression cannot be used
     */
    static Rule of(String name, String expression) {
        if (!name.matches("[A-Z][A-Z0-9_]{0,29}")) {
            throw new IllegalArgumentException(
                    "redaction rule: expected a name in capitals such as CUSTOMER_ID, got " + name);
        }
        try {
            return rule(name, expression, ALL);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("redaction rule " + name + ": no RE2 expression: " + e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException if there is no shipped rule of that name */
    static Rule shipped(String name) {
        return SHIPPED.stream()
                .filter(rule -> rule.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("redaction rules: expected some of "
                        + SHIPPED.stream()
                                .map(rule -> rule.name().toLowerCase(Locale.ROOT))
                                .toList() + ", got "
                        + name));
    }

    /** Where this text holds such values, in order. */
    List<Span> find(String text) {
        List<Span> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        for (int from = 0; from <= text.length() && matcher.find(from); ) {
            List<Span> spans = matcher.end() > matcher.start() ? check.spans(matcher.group()) : List.of();
            int base = matcher.start();
            spans.forEach(span -> found.add(new Span(base + span.from(), base + span.to())));
            if (!spans.isEmpty()) {
                from = base + spans.get(spans.size() - 1).to();
            } else {
                // What is not looked through is short: to look again from inside costs little
                from = thorough ? Math.max(matcher.end(), base + 1) : nextStart(text, base);
            }
        }
        return found;
    }

    /** Candidates begin where a word or number begins, or else a long text of digits would be looked at again and again. */
    private static int nextStart(String text, int start) {
        int next = start + 1;
        while (next < text.length()
                && Character.isLetterOrDigit(text.charAt(next))
                && Character.isLetterOrDigit(text.charAt(next - 1))) {
            next++;
        }
        return next;
    }

    private static List<Span> iban(String candidate) {
        Integer length = IBAN_LENGTHS.get(candidate.substring(0, 2).toUpperCase(Locale.ROOT));
        if (length == null) {
            return List.of();
        }
        StringBuilder compact = new StringBuilder();
        int end = 0;
        while (end < candidate.length() && compact.length() < length) {
            char c = candidate.charAt(end++);
            if (Character.isLetterOrDigit(c)) {
                compact.append(Character.toUpperCase(c));
            }
        }
        return compact.length() == length && mod97(compact.substring(4) + compact.substring(0, 4)) == 1
                ? List.of(new Span(0, end))
                : List.of();
    }

    private static int mod97(String text) {
        int rest = 0;
        for (int i = 0; i < text.length(); i++) {
            int value = Character.digit(text.charAt(i), 36);
            rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
        }
        return rest;
    }

    /** A card may stand between other groups of digits: all windows that begin and end with a group are tried. */
    private static List<Span> card(String candidate) {
        List<Span> groups = new ArrayList<>();
        for (int i = 0; i < candidate.length(); ) {
            int from = i;
            while (i < candidate.length() && Character.isDigit(candidate.charAt(i))) {
                i++;
            }
            if (i > from) {
                groups.add(new Span(from, i));
            }
            i++;
        }
        List<Span> cards = new ArrayList<>();
        for (int first = 0; first < groups.size(); first++) {
            StringBuilder digits = new StringBuilder();
            for (int last = first; last < groups.size() && digits.length() < 19; last++) {
                digits.append(
                        candidate, groups.get(last).from(), groups.get(last).to());
                if (digits.length() >= 13 && digits.length() <= 19 && luhn(digits)) {
                    cards.add(
                            new Span(groups.get(first).from(), groups.get(last).to()));
                    first = last;
                    break;
                }
            }
        }
        return cards;
    }

    private static boolean luhn(CharSequence digits) {
        int sum = 0;
        boolean twice = false;
        for (int i = digits.length() - 1; i >= 0; i--) {
            int digit = digits.charAt(i) - '0';
            sum += twice ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
            twice = !twice;
        }
        return sum % 10 == 0;
    }

    private static List<Span> phone(String candidate) {
        return DATE.matcher(candidate).matches() ? List.of() : ALL.spans(candidate);
    }

    private static Map<String, Integer> lengths(String text) {
        return Stream.of(text.split(" "))
                .collect(Collectors.toUnmodifiableMap(
                        entry -> entry.substring(2), entry -> Integer.valueOf(entry.substring(0, 2))));
    }
}
