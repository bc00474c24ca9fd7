package io.github.camelllm.simulator;

import java.util.List;

/** Plausible office prose: grammatical, about nothing, and the same for the same seed. */
final class Prose {
    private static final List<String> SUBJECTS = List.of(
            "the report",
            "our team",
            "the customer",
            "this approach",
            "the current plan",
            "the second proposal",
            "the new process",
            "a careful review",
            "the data",
            "the supplier",
            "the schedule",
            "the first draft",
            "the contract",
            "the audit",
            "the north region",
            "the archive",
            "every department",
            "the agreement");
    private static final List<String> VERBS = List.of(
            "shows",
            "confirms",
            "depends on",
            "improves",
            "explains",
            "supports",
            "replaces",
            "follows",
            "reduces",
            "describes",
            "covers",
            "needs",
            "leads to",
            "simplifies",
            "matches",
            "precedes");
    private static final List<String> OBJECTS = List.of(
            "a steady result",
            "the agreed budget",
            "several open points",
            "the remaining work",
            "a clear benefit",
            "the usual delays",
            "two independent sources",
            "the delivery dates",
            "a smaller set of rules",
            "the original estimate",
            "most of the questions",
            "the quality of the records",
            "a shorter path",
            "the numbers of last quarter",
            "a better overview",
            "the next milestone");
    private static final List<String> TAILS = List.of(
            "",
            "",
            " in most cases",
            " without further cost",
            " as expected",
            " at this stage",
            " before the deadline",
            " for both sides",
            " with little effort",
            " according to the notes",
            " once the details are settled");
    private static final List<String> OPENERS = List.of(
            "",
            "",
            "",
            "In short, ",
            "As a result, ",
            "However, ",
            "In practice, ",
            "For this reason, ",
            "Overall, ",
            "At the same time, ");

    private Prose() {}

    /** Whole sentences of about so many words, at least one sentence. */
    static String words(long seed, int words) {
        StringBuilder text = new StringBuilder(words * 7);
        long state = seed;
        int count = 0;
        do {
            state = Hash.mix(state + 0x9e3779b97f4a7c15L);
            String sentence = sentence(state);
            if (text.length() > 0) {
                text.append(count % 60 < 10 && count >= 60 ? "\n\n" : " ");
            }
            text.append(sentence);
            count += sentence.split(" ").length;
        } while (count < words);
        return text.toString();
    }

    /** So many words, the last of which ends a sentence, though perhaps too soon. */
    static String exactly(long seed, int words) {
        String text = words(seed, words);
        int end = 0;
        for (int i = 0; i < words; i++) {
            while (end < text.length() && Character.isWhitespace(text.charAt(end))) {
                end++;
            }
            while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
                end++;
            }
        }
        return text.substring(0, end).replaceFirst("[.,]$", "") + ".";
    }

    static String sentence(long seed) {
        long state = Hash.mix(seed);
        String opener = pick(OPENERS, state);
        String body = pick(SUBJECTS, Hash.mix(state + 1)) + " " + pick(VERBS, Hash.mix(state + 2)) + " "
                + pick(OBJECTS, Hash.mix(state + 3)) + pick(TAILS, Hash.mix(state + 4)) + ".";
        return opener.isEmpty() ? Character.toUpperCase(body.charAt(0)) + body.substring(1) : opener + body;
    }

    private static String pick(List<String> words, long hash) {
        return words.get(Hash.index(hash, words.size()));
    }
}
