package io.github.camelllm.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Chooses the values that a schema leaves open, by the property's name and the text's facts. */
final class SchemaValues {
    private static final Set<String> FALLBACKS = Set.of(
            "other", "unknown", "neutral", "none", "normal", "medium", "general", "misc", "unclear", "n/a", "default");
    private static final Set<String> SENTENCES = Set.of(
            "summary",
            "title",
            "subject",
            "description",
            "text",
            "reason",
            "explanation",
            "comment",
            "note",
            "notes",
            "message",
            "answer",
            "abstract",
            "topic",
            "content",
            "headline",
            "detail",
            "details",
            "evidence",
            "quote",
            "rationale",
            "justification",
            "overview",
            "reply",
            "response");
    private static final Set<String> NAMES = Set.of(
            "name",
            "names",
            "person",
            "persons",
            "customer",
            "sender",
            "recipient",
            "author",
            "company",
            "companies",
            "supplier",
            "vendor",
            "organization",
            "organisation",
            "city",
            "country",
            "place",
            "location",
            "client",
            "patient",
            "contact",
            "employer",
            "product",
            "brand",
            "entity",
            "entities",
            "people",
            "party",
            "parties");
    private static final Set<String> REFERENCES = Set.of(
            "id",
            "ids",
            "number",
            "numbers",
            "reference",
            "references",
            "ref",
            "code",
            "sku",
            "policy",
            "iban",
            "account",
            "key",
            "order",
            "invoice");
    private static final Set<String> AMOUNTS = Set.of(
            "amount", "amounts", "total", "price", "cost", "sum", "net", "gross", "value", "fee", "balance", "salary",
            "budget", "refund", "payment");
    private static final Set<String> CONFIDENCES =
            Set.of("confidence", "probability", "certainty", "likelihood", "score");
    private static final Set<String> DATES = Set.of("date", "dates", "due", "day", "deadline", "birthday");
    private static final int MAX_SENTENCE = 160;
    private static final int MAX_ENTITIES = 5;

    private final TextFacts facts;

    SchemaValues(TextFacts facts) {
        this.facts = facts;
    }

    /** The option that the text speaks for most; where it speaks for none, one that stands for nothing in particular. */
    JsonNode choose(JsonNode options, String name, long hash) {
        return ranked(options, name, hash).get(0);
    }

    /** The options, best first. */
    List<JsonNode> ranked(JsonNode options, String name, long hash) {
        List<JsonNode> ranked = new ArrayList<>();
        options.forEach(ranked::add);
        int drawn = Hash.index(hash, ranked.size());
        JsonNode lucky = ranked.get(drawn);
        ranked.sort(Comparator.<JsonNode>comparingInt(option -> -score(option.asText()))
                .thenComparingInt(option -> FALLBACKS.contains(option.asText().toLowerCase(Locale.ROOT)) ? 0 : 1)
                .thenComparingInt(option -> option.isNull() ? 1 : 0)
                .thenComparingInt(option -> option.equals(lucky) ? 0 : 1));
        return ranked;
    }

    int score(String word) {
        return Lexicon.score(word, facts.words());
    }

    /** Whether the text has words of the name, so that a flag of that name is true. */
    boolean speaksFor(String name) {
        List<String> words = new ArrayList<>(Lexicon.wordsOfName(name));
        words.removeAll(Set.of("is", "has", "needs", "requires", "should", "was", "contains", "can", "the", "flag"));
        return Lexicon.score(String.join(" ", words), facts.words()) > 0;
    }

    /** A name for a property that the schema does not name. */
    String key(int index) {
        List<String> names = facts.names();
        return index < names.size() ? names.get(index) : "item" + (index + 1);
    }

    /** How many items an array of that name should have. */
    int items(JsonNode itemSchema, String name) {
        if (itemSchema.path("enum").isArray()) {
            int spoken = 0;
            for (JsonNode option : itemSchema.get("enum")) {
                spoken += score(option.asText()) > 0 ? 1 : 0;
            }
            return Math.max(1, spoken);
        }
        String type = itemSchema.path("type").asText();
        if (type.equals("string") || type.isEmpty() && !itemSchema.has("properties")) {
            return Math.max(
                    1, Math.min(MAX_ENTITIES, candidates(itemSchema, name).size()));
        }
        if (type.equals("number") || type.equals("integer")) {
            return Math.max(1, Math.min(MAX_ENTITIES, numbers(name).size()));
        }
        return type.equals("object") ? Math.max(1, Math.min(3, facts.names().size())) : 1;
    }

    /** Whether the text has something for a string of that name; if not, a nullable string is better null. */
    boolean hasString(JsonNode schema, String name) {
        return !candidates(schema, name).isEmpty();
    }

    String string(JsonNode schema, String name, int index, long hash) {
        int least = Math.max(0, schema.path("minLength").asInt(0));
        int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
        List<String> candidates = candidates(schema, name);
        JsonNode pattern = schema.path("pattern");
        if (pattern.isTextual()) {
            String regex = pattern.textValue();
            Pattern compiled = compile(regex);
            for (int i = 0; compiled != null && i < candidates.size(); i++) {
                String candidate = candidates.get((index + i) % candidates.size());
                if (compiled.matcher(candidate).find() && fits(candidate, least, most)) {
                    return candidate;
                }
            }
            for (int attempt = 0; attempt < 50; attempt++) {
                Optional<String> example = RegexExample.of(regex, Hash.mix(hash + attempt));
                if (example.isPresent() && fits(example.get(), least, most)) {
                    return example.get();
                }
            }
        }
        String format = schema.path("format").asText();
        if (!format.isEmpty()) {
            return candidates.isEmpty() ? formatted(format, hash) : candidates.get(index % candidates.size());
        }
        String value = candidates.isEmpty()
                ? Prose.sentence(hash)
                : index < candidates.size() ? candidates.get(index) : candidates.get(index % candidates.size());
        return fit(value, least, most, hash);
    }

    private static boolean fits(String text, int least, int most) {
        int length = text.codePointCount(0, text.length());
        return length >= least && length <= most;
    }

    private static String fit(String value, int least, int most, long hash) {
        String text = value;
        for (int i = 0; text.codePointCount(0, text.length()) < least; i++) {
            text = text + " " + Prose.sentence(hash + i);
        }
        return text.codePointCount(0, text.length()) <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, most))
                                        .stripTrailing()
                                        .length()
                                >= least
                        ? text.substring(0, text.offsetByCodePoints(0, most)).stripTrailing()
                        : text.substring(0, text.offsetByCodePoints(0, most));
    }

    private static @Nullable Pattern compile(String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            // ECMA 262 has expressions that Java lacks; candidates from the text cannot be checked then.
            return null;
        }
    }

    /** What the text has for a string of that format or name, best first. */
    private List<String> candidates(JsonNode schema, String name) {
        String format = schema.path("format").asText();
        if (!format.isEmpty()) {
            return ofFormat(format);
        }
        if (schema.path("pattern").isTextual()) {
            Pattern pattern = compile(schema.get("pattern").textValue().replaceAll("^\\^|\\$$", ""));
            Optional<String> found = pattern == null ? Optional.empty() : facts.first(pattern);
            if (found.isPresent()) {
                return List.of(found.get());
            }
        }
        return ofName(name);
    }

    private List<String> ofFormat(String format) {
        switch (format) {
            case "email":
            case "idn-email":
                return facts.emails();
            case "uri":
            case "url":
            case "iri":
                return facts.urls();
            case "date":
                return facts.dates();
            case "date-time":
                return facts.dates().stream().map(date -> date + "T00:00:00Z").toList();
            default:
                return List.of();
        }
    }

    private List<String> ofName(String property) {
        String name = property.toLowerCase(Locale.ROOT);
        if (name.contains("mail")) {
            return facts.emails();
        } else if (name.contains("phone") || name.contains("fax") || name.contains("mobile")) {
            return facts.phones();
        } else if (name.contains("url") || name.contains("link") || name.contains("website")) {
            return facts.urls();
        } else if (speaksOf(property, DATES)) {
            return facts.dates();
        } else if (name.contains("currency")) {
            return facts.currencies();
        } else if (speaksOf(property, AMOUNTS)) {
            return facts.amounts().stream().map(BigDecimal::toPlainString).toList();
        } else if (speaksOf(property, REFERENCES)) {
            return facts.references();
        } else if (name.contains("language")) {
            return List.of(
                    score("german") > score("english") ? "de" : score("french") > score("english") ? "fr" : "en");
        } else if (speaksOf(property, NAMES)) {
            return facts.names();
        } else if (speaksOf(property, SENTENCES) || name.isEmpty()) {
            return facts.firstSentence()
                    .map(SchemaValues::shorten)
                    .map(List::of)
                    .orElse(List.of());
        }
        List<String> names = facts.names();
        return names.isEmpty()
                ? facts.firstSentence().map(SchemaValues::shorten).map(List::of).orElse(List.of())
                : names;
    }

    private static String shorten(String sentence) {
        if (sentence.length() <= MAX_SENTENCE) {
            return sentence;
        }
        int space = sentence.lastIndexOf(' ', MAX_SENTENCE - 1);
        return sentence.substring(0, space > MAX_SENTENCE / 2 ? space : MAX_SENTENCE - 1) + "…";
    }

    private static String formatted(String format, long hash) {
        int number = Hash.index(hash, 9_000) + 1_000;
        switch (format) {
            case "email":
            case "idn-email":
                return "user" + number + "@example.com";
            case "uri":
            case "url":
            case "iri":
            case "uri-reference":
            case "iri-reference":
                return "https://example.com/" + number;
            case "date":
                return date(hash);
            case "date-time":
                return date(hash) + "T09:" + (10 + number % 50) + ":00Z";
            case "time":
                return "09:" + (10 + number % 50) + ":00Z";
            case "duration":
                return "PT" + number % 60 + "M";
            case "uuid":
                return new UUID(
                                Hash.mix(hash) & 0xffffffffffff0fffL | 0x4000L,
                                Hash.mix(hash + 1) & 0x3fffffffffffffffL | 0x8000000000000000L)
                        .toString();
            case "ipv4":
                return "192.0.2." + number % 255;
            case "ipv6":
                return "2001:db8::" + Integer.toHexString(number);
            case "hostname":
            case "idn-hostname":
                return "host" + number + ".example.com";
            case "json-pointer":
                return "/item/" + number;
            case "regex":
                return "^[a-z]+$";
            default:
                return Prose.sentence(hash);
        }
    }

    private static String date(long hash) {
        return String.format(
                Locale.ROOT, "2026-%02d-%02d", Hash.index(hash, 12) + 1, Hash.index(Hash.mix(hash), 28) + 1);
    }

    /** A number for that name, before it is fitted into the schema's bounds. */
    BigDecimal number(String name, int index, long hash, @Nullable BigDecimal least, @Nullable BigDecimal most) {
        if (speaksOf(name, CONFIDENCES)) {
            BigDecimal top = most == null ? BigDecimal.ONE : most;
            BigDecimal bottom = least == null ? BigDecimal.ZERO.min(top) : least;
            BigDecimal share = BigDecimal.valueOf(70 + Hash.index(hash, 28), 2);
            return bottom.add(top.subtract(bottom).multiply(share));
        }
        List<BigDecimal> found = numbers(name);
        if (!found.isEmpty()) {
            BigDecimal value = found.get(index % found.size());
            if ((least == null || value.compareTo(least) >= 0) && (most == null || value.compareTo(most) <= 0)) {
                return value;
            }
        }
        BigDecimal bottom =
                least != null ? least : most != null ? most.subtract(BigDecimal.valueOf(100)) : BigDecimal.ONE;
        BigDecimal top = most != null ? most : bottom.add(BigDecimal.valueOf(99));
        return bottom.add(top.subtract(bottom).multiply(BigDecimal.valueOf(Hash.index(hash, 1_001), 3)));
    }

    private List<BigDecimal> numbers(String name) {
        List<BigDecimal> amounts = facts.amounts();
        return speaksOf(name, AMOUNTS) && !amounts.isEmpty() ? amounts : facts.numbers();
    }

    /** Whether a name has one of the words, also at the end of a compound such as {@code ordernumber}. */
    private static boolean speaksOf(String name, Set<String> known) {
        for (String word : Lexicon.wordsOfName(name)) {
            if (known.contains(word)
                    || known.stream()
                            .anyMatch(end -> end.length() > 3 && word.length() > end.length() && word.endsWith(end))) {
                return true;
            }
        }
        return false;
    }
}
