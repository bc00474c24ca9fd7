package io.github.camelllm.examples.csvenrichment;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * Makes up what customers of a parcel service wrote: the same rows each time. Some rows are broken the way exports are: a
 * field too few, a quote that is never closed.
 */
final class SampleFeedback {
    /** One row in so many is broken. */
    private static final int BROKEN_EVERY = 97;

    private static final List<String> CHANNELS = List.of("web", "app", "phone", "letter", "shop");
    private static final List<String> OPENINGS = List.of(
            "Order %d was promised for Tuesday and came on Friday.",
            "My parcel %d arrived wet, and two of the glasses in it show damage.",
            "Many thanks, the driver with number %d carried the washing machine up to the fourth floor.",
            "The invoice charges shipment %d twice.",
            "The app says that %d was delivered, but nothing is here.",
            "Parcel %d was left in the rain although somebody was at home.",
            "Thanks, very quick again: %d was here the next morning.",
            "The import of %d has been stuck for two weeks, and nobody can tell me what is missing.",
            "For the invoice of %d I need our VAT number on it, please.",
            "The pick-up point closed before I could fetch %d.");
    private static final List<String> MIDDLES = List.of(
            "I called the hotline three times and was on hold for twenty minutes each time.",
            "The person on the phone was friendly and did what could be done.",
            "It was a birthday present, so the date did matter.",
            "The tracking page has shown \"\"in transit\"\" since then.",
            "I have photographs of the box, of the label and of what was inside.",
            "The same happened in spring, and I was told that it would not happen again.",
            "My neighbour says the same, by the way.",
            "On the form there is no place to say so, therefore this message.");
    private static final List<String> ENDINGS = List.of(
            "Please send the 49.90 EUR back to my account.",
            "I would like a new one until the end of the week.",
            "Just keep it up!",
            "If I hear nothing I shall go to another company.",
            "Could somebody call me back under the number in my account?",
            "No answer needed.");

    private SampleFeedback() {}

    /** Writes a file, whole or not at all. */
    static void write(Path file, long rows) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
        try (BufferedWriter out = Files.newBufferedWriter(unfinished, StandardCharsets.UTF_8)) {
            header(out);
            for (long number = 1; number <= rows; number++) {
                row(out, number);
            }
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static void header(Writer out) throws IOException {
        out.write("id,received,channel,customer,text\r\n");
    }

    /** One row of the file. */
    static void row(Writer out, long number) throws IOException {
        Random random = new Random(number * 7919);
        String text = String.format(OPENINGS.get(random.nextInt(OPENINGS.size())), 100_000 + number)
                + (random.nextInt(4) == 0 && !isBroken(number) ? "\n" : " ")
                + MIDDLES.get(random.nextInt(MIDDLES.size()))
                + " "
                + ENDINGS.get(random.nextInt(ENDINGS.size()));
        out.write("F" + number + "," + LocalDate.of(2026, 1, 1).plusDays(number % 300) + ","
                + CHANNELS.get(random.nextInt(CHANNELS.size())) + ",C" + (1000 + random.nextInt(9000)) + ",\""
                + text);
        if (!isBroken(number)) {
            out.write("\"\r\n");
        } else if (number / BROKEN_EVERY % 2 == 0) {
            // A column too many
            out.write("\",,\r\n");
        } else {
            // A quote that the export forgot to double
            out.write("\" he said\"\r\n");
        }
    }

    /** Whether a row of the sample cannot be read. */
    static boolean isBroken(long number) {
        return number % BROKEN_EVERY == 0;
    }

    /** How many of the first rows cannot be read. */
    static long broken(long rows) {
        return LongStream.rangeClosed(1, rows).filter(SampleFeedback::isBroken).count();
    }
}
