package io.github.camelllm.routes.quality;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.UUID;

/**
 * What somebody or something says of a call's answer. A later one of the same call, name and judge takes its place.
 *
 * @param name what judged, such as {@code feedback} or {@code refusal}
 * @param judge who did: the caller's key, or what a route says
 * @param score in ten-thousandths, from 0 to {@value #BEST}
 * @param comment text of users, which is in no log; at most {@value #COMMENT_CHARS} characters
 * @param task what the call was for; empty for its tag {@code task}
 * @param owner tag that the call must have; empty if any call may be judged
 */
public record Judgement(
        UUID callId,
        String name,
        String judge,
        int score,
        Optional<String> label,
        Optional<String> comment,
        Optional<String> task,
        Optional<Owner> owner) {
    /** The best score. */
    public static final int BEST = 10_000;

    /** Longest name of what judged. */
    public static final int NAME_CHARS = 64;
    /** Longest label. */
    public static final int LABEL_CHARS = 64;
    /** Longest comment. */
    public static final int COMMENT_CHARS = 2000;
    /** Longest name of a task. */
    public static final int TASK_CHARS = 128;
    /** Longest name of a judge. */
    public static final int JUDGE_CHARS = 128;

    private static final int PLACES = 4;

    /** A call's tag that says whose it is. */
    public record Owner(String tag, String value) {}

    public Judgement {
        if (score < 0 || score > BEST) {
            throw new IllegalArgumentException("score: expected 0 to 1, in ten-thousandths, but came " + score);
        }
        name = required("name", name, NAME_CHARS);
        judge = required("judge", judge, JUDGE_CHARS);
        label = checked("label", label, LABEL_CHARS);
        comment = checked("comment", comment, COMMENT_CHARS);
        task = checked("task", task, TASK_CHARS);
    }

    /** With a score alone. */
    public static Judgement of(UUID callId, String name, String judge, int score) {
        return new Judgement(
                callId, name, judge, score, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * A score as it is kept, rounded half up to four places.
     *
     * @param score from 0 to 1
     * @throws IllegalArgumentException if it is not
     */
    public static int tenThousandths(BigDecimal score) {
        if (score.signum() < 0 || score.compareTo(BigDecimal.ONE) > 0) {
            throw new IllegalArgumentException("score: expected a number from 0 to 1, but it is outside of that");
        }
        if (score.precision() - (long) score.scale() < -PLACES) {
            // Next to nothing; to write it out could take all memory
            return 0;
        }
        return score.setScale(PLACES, RoundingMode.HALF_UP)
                .movePointRight(PLACES)
                .intValueExact();
    }

    /** A score as people write it, from 0 to 1, without zeros at its end. */
    public static BigDecimal ofTenThousandths(int score) {
        return score == 0 ? BigDecimal.ZERO : BigDecimal.valueOf(score, PLACES).stripTrailingZeros();
    }

    private static String required(String member, String text, int most) {
        return checked(member, Optional.of(text), most)
                .orElseThrow(() -> new IllegalArgumentException(member + ": expected a text, but it is blank"));
    }

    /** Blank is absent. The character 0, which PostgreSQL does not know, is replaced. */
    private static Optional<String> checked(String member, Optional<String> text, int most) {
        Optional<String> clean =
                text.map(given -> given.strip().replace('\0', '\uFFFD')).filter(given -> !given.isEmpty());
        clean.ifPresent(given -> {
            if (given.length() > most) {
                throw new IllegalArgumentException(
                        member + ": expected at most " + most + " characters, but it has " + given.length());
            }
        });
        return clean;
    }

    /** Without what users wrote. */
    @Override
    public String toString() {
        return "Judgement[" + name + " of " + callId + "]";
    }
}
