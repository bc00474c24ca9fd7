package io.github.camelllm.examples.kafka;

import java.util.List;
import java.util.Random;

/** Comments of readers of a news site, always the same ones. A few are far too long for any model. */
final class Comments {
    /** One in so many. */
    static final int TOO_LONG_EVERY = 60;

    private static final int READERS = 40;
    private static final List<String> TOPICS = List.of(
            "the new bus lane in Harbour Street",
            "last night's match against Rovers",
            "the plan to close the library on Mondays",
            "the rent increase in the old town",
            "the wind park off the north coast",
            "the mayor's interview",
            "the delayed opening of the swimming pool",
            "the strike of the ferry crews");
    private static final List<String> OPINIONS = List.of(
            "I have lived here for thirty years and %s is the best news in a long time.",
            "Nobody asked those of us who work shifts about %s. Thank you for reporting it.",
            "Your numbers about %s are wrong, the council published other ones in March.",
            "Honestly, %s makes me angry. We pay for it twice!",
            "Can somebody explain %s to me? The article leaves out half of it.",
            "Fair piece. %s deserves more space than the weather.");
    private static final List<String> OFFENCES = List.of(
            "Whoever wrote about %s is an idiot and should be ashamed.",
            "Forget %s, cheap watches and followers at www.best-deals.example, click now!!!",
            "The man behind %s lives at 14 Mill Lane, phone 555 0142, go and tell him.");
    private static final List<String> DOUBTS = List.of(
            "Somebody should teach those responsible for %s a lesson, if you know what I mean.",
            "A friend of a friend says money was passed because of %s. Just saying.");

    private Comments() {}

    /** Who wrote the comment with this number: the key of its record. */
    static String reader(int number) {
        return "reader-" + new Random(31L * number + 7).nextInt(READERS);
    }

    static String text(int number) {
        Random random = new Random(number);
        List<String> kind = random.nextInt(10) < 6 ? OPINIONS : random.nextInt(4) < 3 ? OFFENCES : DOUBTS;
        String text = kind.get(random.nextInt(kind.size())).formatted(TOPICS.get(random.nextInt(TOPICS.size()))) + " (#"
                + number + ")";
        return isTooLong(number) ? (text + " ").repeat(800) : text;
    }

    static boolean isTooLong(int number) {
        return number % TOO_LONG_EVERY == TOO_LONG_EVERY - 1;
    }
}
