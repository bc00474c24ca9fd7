package io.github.camelllm.routes.ledger;

import io.github.camelllm.catalog.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The properties {@code llm.ledger.…}.
 *
 * @param journal the journal's folder
 * @param node this process's name in the ledger; empty for one that is made
 * @param maxJournalBytes the journal takes about so much room at most
 * @param flushInterval longest time until a record is on its way into the database
 * @param batchSize most records of one transaction
 * @param fsyncInterval how often the journal is written to the device, with {@link Fsync#INTERVAL}
 * @param alarm address of the endpoint that hears of troubles
 * @param tags the tags that sums are kept for
 * @param startTimeout how long a start that has budgets waits for the database
 * @param closeTimeout how long the end waits for the database
 */
record LedgerSettings(
        Path journal,
        Optional<String> node,
        OnFailure onFailure,
        long maxJournalBytes,
        Duration flushInterval,
        int batchSize,
        Fsync fsync,
        Duration fsyncInterval,
        Optional<String> alarm,
        List<String> tags,
        Duration startTimeout,
        Duration closeTimeout) {
    private static final long LEAST_JOURNAL_BYTES = 1 << 20;
    static final int MOST_SEGMENT_BYTES = 4 << 20;
    private static final long BALLAST_BYTES = 4 << 20;
    private static final int MOST_BATCH = 10_000;
    private static final int EMBEDDED_BATCH = 1000;
    /** A server does its part meanwhile: the fewer transactions, the less often this process turns from its calls to them. */
    private static final int SERVER_BATCH = 2000;

    private static final int MOST_TAGS = 32;
    private static final int TAG_CHARS = 64;
    private static final List<String> KEYS = List.of(
            "journal",
            "node",
            "onFailure",
            "maxJournalBytes",
            "flushInterval",
            "batchSize",
            "fsync",
            "fsyncInterval",
            "alarm",
            "tags",
            "startTimeout",
            "closeTimeout");

    /**
     * @param embedded whether the database works on the threads that ask it
     * @throws IllegalArgumentException if a property is unknown or has a value that makes no sense
     */
    static LedgerSettings of(Map<String, String> properties, boolean embedded) {
        TreeSet<String> unknown = new TreeSet<>(properties.keySet());
        KEYS.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("llm.ledger." + unknown.first()
                    + " is no property of the ledger; it has " + String.join(", ", KEYS));
        }
        return new LedgerSettings(
                Path.of(properties.getOrDefault("journal", "llm-journal")),
                text(properties, "node"),
                constant(properties, "onFailure", OnFailure.values(), OnFailure.JOURNAL),
                number(properties, "maxJournalBytes", 1 << 30, LEAST_JOURNAL_BYTES, Long.MAX_VALUE),
                duration(properties, "flushInterval", Duration.ofMillis(400)),
                (int) number(properties, "batchSize", embedded ? EMBEDDED_BATCH : SERVER_BATCH, 1, MOST_BATCH),
                constant(properties, "fsync", Fsync.values(), Fsync.INTERVAL),
                duration(properties, "fsyncInterval", Duration.ofSeconds(1)),
                text(properties, "alarm"),
                tags(properties),
                duration(properties, "startTimeout", Duration.ofMinutes(1)),
                duration(properties, "closeTimeout", Duration.ofSeconds(10)));
    }

    /** Bytes of a segment, unless one record is longer: a journal has eight of them at least. */
    int segmentBytes() {
        return (int) Math.min(MOST_SEGMENT_BYTES, maxJournalBytes / 8);
    }

    /** Room on the disk that is taken beforehand, for the ends of attempts that are under way. */
    int ballastBytes() {
        return (int) Math.min(BALLAST_BYTES, maxJournalBytes / 8);
    }

    private static Optional<String> text(Map<String, String> properties, String key) {
        return Optional.ofNullable(properties.get(key)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static long number(Map<String, String> properties, String key, long usual, long least, long most) {
        String value = properties.get(key);
        if (value == null) {
            return usual;
        }
        try {
            long number = Long.parseLong(value.strip().replace("_", ""));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below
        }
        throw new IllegalArgumentException("llm.ledger." + key + ": expected a number of " + least + " or more"
                + (most == Long.MAX_VALUE ? "" : ", up to " + most) + ", but it is '" + value + "'");
    }

    private static Duration duration(Map<String, String> properties, String key, Duration usual) {
        String value = properties.get(key);
        return value == null
                ? usual
                : Durations.parse(value)
                        .orElseThrow(() -> new IllegalArgumentException("llm.ledger." + key + ": expected "
                                + Durations.EXPECTED + ", but it is '" + value + "'"));
    }

    /** Constants are written as people write them: failClosed, fail-closed, FAIL_CLOSED. */
    private static <E extends Enum<E>> E constant(Map<String, String> properties, String key, E[] all, E usual) {
        String value = properties.get(key);
        if (value == null) {
            return usual;
        }
        for (E one : all) {
            if (plain(one.name()).equals(plain(value))) {
                return one;
            }
        }
        throw new IllegalArgumentException("llm.ledger." + key + ": expected one of "
                + Arrays.stream(all).map(LedgerSettings::camelCase).collect(Collectors.joining(", ")) + ", but it is '"
                + value + "'");
    }

    private static String plain(String name) {
        return name.strip().replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
    }

    private static String camelCase(Enum<?> constant) {
        String[] words = constant.name().toLowerCase(Locale.ROOT).split("_");
        StringBuilder text = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            text.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
        }
        return text.toString();
    }

    /** The tags that sums are kept for, by the properties {@code llm.ledger.…}. */
    static List<String> tags(Map<String, String> properties) {
        String names = properties.getOrDefault("tags", "tenant,team,user,key,feature,costCenter,routeId,router");
        List<String> tags = Arrays.stream(names.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
        if (tags.contains("exchangeId")) {
            throw new IllegalArgumentException(
                    "llm.ledger.tags: sums by exchangeId would be one for each message; look into llm_attempt for"
                            + " those");
        }
        for (String tag : tags) {
            if (tag.length() > TAG_CHARS || tags.size() > MOST_TAGS) {
                throw new IllegalArgumentException("llm.ledger.tags: expected up to " + MOST_TAGS
                        + " names of up to " + TAG_CHARS + " characters, but there are " + tags.size()
                        + ", one of " + tag.length() + " characters");
            }
        }
        return tags;
    }
}
