package io.github.camelllm.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Writes a text that a regular expression matches. It knows literals, classes, groups, alternatives, repetitions and
 * anchors, which is what schemas use; look-arounds and back references give no example.
 */
final class RegexExample {
    private static final String ANY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_- .,:;/@#+";
    private static final int MAX_REPEAT = 1_000;

    private final String regex;
    private int at;
    private long state;

    private RegexExample(String regex, long seed) {
        this.regex = regex;
        this.state = seed;
    }

    /** A matching text; empty if the expression is invalid or beyond what this class knows. */
    static Optional<String> of(String regex, long seed) {
        try {
            Pattern pattern = Pattern.compile(regex);
            RegexExample example = new RegexExample(regex, seed);
            String text = example.alternatives();
            return example.at == regex.length() && pattern.matcher(text).find() ? Optional.of(text) : Optional.empty();
        } catch (PatternSyntaxException | UnsupportedPattern e) {
            return Optional.empty();
        }
    }

    private String alternatives() {
        List<String> options = new ArrayList<>();
        options.add(sequence());
        while (at < regex.length() && regex.charAt(at) == '|') {
            at++;
            options.add(sequence());
        }
        return options.get(draw(options.size()));
    }

    private String sequence() {
        StringBuilder text = new StringBuilder();
        while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
            int start = at;
            String piece = piece();
            int end = at;
            int times = repetition();
            int after = at;
            for (int i = 0; i < times; i++) {
                text.append(piece);
                // Each repetition draws anew, so that a repeated class gives different characters.
                at = start;
                piece = i + 1 < times ? piece() : "";
                at = end;
            }
            at = after;
        }
        return text.toString();
    }

    private String piece() {
        char c = regex.charAt(at++);
        switch (c) {
            case '(':
                return group();
            case '[':
                return one(characterClass());
            case '.':
                return one(ANY.substring(0, 62));
            case '\\':
                return escape();
            case '^':
            case '$':
                return "";
            default:
                return String.valueOf(c);
        }
    }

    private String group() {
        if (regex.startsWith("?:", at)) {
            at += 2;
        } else if (regex.startsWith("?<", at) && !regex.startsWith("?<=", at) && !regex.startsWith("?<!", at)) {
            at = regex.indexOf('>', at) + 1;
        } else if (regex.startsWith("?", at)) {
            throw new UnsupportedPattern();
        }
        String text = alternatives();
        at++;
        return text;
    }

    private String escape() {
        if (at >= regex.length()) {
            throw new UnsupportedPattern();
        }
        char c = regex.charAt(at++);
        String named = named(c);
        if (!named.isEmpty()) {
            return one(named);
        }
        switch (c) {
            case 'b':
                return "";
            case 'n':
                return "\n";
            case 't':
                return "\t";
            case 'r':
                return "\r";
            default:
                if (Character.isLetterOrDigit(c)) {
                    throw new UnsupportedPattern();
                }
                return String.valueOf(c);
        }
    }

    private static String named(char c) {
        switch (c) {
            case 'd':
                return "0123456789";
            case 'w':
                return "abcdefghijklmnopqrstuvwxyz0123456789_";
            case 's':
                return " ";
            case 'D':
                return "abcdefghijklmnopqrstuvwxyz";
            case 'S':
                return "abcdefghijklmnopqrstuvwxyz0123456789";
            case 'W':
                return "-";
            default:
                return "";
        }
    }

    private String characterClass() {
        boolean negated = at < regex.length() && regex.charAt(at) == '^';
        if (negated) {
            at++;
        }
        StringBuilder members = new StringBuilder();
        boolean first = true;
        while (at < regex.length() && (first || regex.charAt(at) != ']')) {
            first = false;
            char c = regex.charAt(at++);
            if (c == '[' || c == '&') {
                throw new UnsupportedPattern();
            }
            if (c == '\\') {
                char escaped = regex.charAt(at++);
                String named = named(escaped);
                if (!named.isEmpty()) {
                    members.append(named);
                    continue;
                }
                if (Character.isLetterOrDigit(escaped)) {
                    throw new UnsupportedPattern();
                }
                c = escaped;
            }
            if (at + 1 < regex.length() && regex.charAt(at) == '-' && regex.charAt(at + 1) != ']') {
                char last = regex.charAt(at + 1);
                at += 2;
                for (char member = c; member <= last && member - c < 256; member++) {
                    members.append(member);
                }
            } else {
                members.append(c);
            }
        }
        at++;
        if (!negated) {
            return members.toString();
        }
        StringBuilder others = new StringBuilder();
        for (int i = 0; i < ANY.length(); i++) {
            char c = ANY.charAt(i);
            if (members.indexOf(String.valueOf(c)) < 0) {
                others.append(c);
            }
        }
        return others.toString();
    }

    private int repetition() {
        if (at >= regex.length()) {
            return 1;
        }
        int least = 1;
        int most = 1;
        switch (regex.charAt(at)) {
            case '?':
                at++;
                least = 0;
                break;
            case '*':
                at++;
                least = 0;
                most = 3;
                break;
            case '+':
                at++;
                most = 4;
                break;
            case '{':
                int close = regex.indexOf('}', at);
                String[] bounds = regex.substring(at + 1, close).split(",", -1);
                least = Integer.parseInt(bounds[0].trim());
                most = bounds.length == 1
                        ? least
                        : bounds[1].isBlank() ? least + 2 : Integer.parseInt(bounds[1].trim());
                at = close + 1;
                break;
            default:
                return 1;
        }
        if (at < regex.length() && (regex.charAt(at) == '?' || regex.charAt(at) == '+')) {
            at++;
        }
        if (least > MAX_REPEAT) {
            throw new UnsupportedPattern();
        }
        return least + draw(Math.min(most, Math.max(least, MAX_REPEAT)) - least + 1);
    }

    private String one(String members) {
        if (members.isEmpty()) {
            throw new UnsupportedPattern();
        }
        return String.valueOf(members.charAt(draw(members.length())));
    }

    private int draw(int bound) {
        state = Hash.mix(state + 0x9e3779b97f4a7c15L);
        return Hash.index(state, bound);
    }

    private static final class UnsupportedPattern extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnsupportedPattern() {
            super("beyond what this class knows", null, false, false);
        }
    }
}
