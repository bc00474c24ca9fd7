package io.github.camelllm.routes.failover;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.spi.Language;

/**
 * The answer that most models gave. Answers are the same if they differ only in case, white space, and quotes or punctuation
 * around them. The result is the first such answer as it was given, with the cost of all calls.
 *
 * <p>For {@code multicast}, {@code recipientList} and {@code split}. Failed models do not vote, but count as asked. It may be
 * shared by all threads once its properties are set.
 */
public final class MajorityVote extends AllAnswers {
    private static final Pattern AROUND = Pattern.compile("^[\\s\\p{Punct}]+|[\\s\\p{Punct}]+$");
    private static final Pattern SPACE = Pattern.compile("\\s+");

    private String vote = "${body}";
    private Tie tie = Tie.FIRST;

    /** What to do if two answers have equally many votes. */
    public enum Tie {
        /** The answer of the model that stands first in the list is taken. */
        FIRST,
        /** It is a {@link NoAnswerException}. */
        FAIL
    }

    /**
     * What of an answer is its vote, in Camel's simple language; the whole body by default.
     *
     * @param vote such as <code>${bean:verdict}</code>
     */
    public void setVote(String vote) {
        this.vote = vote;
    }

    public String getVote() {
        return vote;
    }

    public void setTie(Tie tie) {
        this.tie = tie;
    }

    public Tie getTie() {
        return tie;
    }

    @Override
    Optional<String> vote(Exchange answered) {
        Language simple = answered.getContext().resolveLanguage("simple");
        String said = simple.createExpression(vote).evaluate(answered, String.class);
        return Optional.ofNullable(said).map(MajorityVote::normalised).filter(text -> !text.isEmpty());
    }

    /** An answer as it is compared with others. Signs inside of it count: 1.5 is not 15. */
    public static String normalised(String answer) {
        String bare = AROUND.matcher(answer).replaceAll("");
        // An answer of signs only, such as ++, is what it is
        String text = bare.isEmpty() ? answer.strip() : bare;
        return SPACE.matcher(text).replaceAll(" ").toLowerCase(Locale.ROOT);
    }

    @Override
    Leg choose(List<Leg> legs, Exchange exchange) throws Exception {
        List<Leg> winners = new ArrayList<>();
        boolean tied = false;
        for (List<Leg> group : groups(legs).values()) {
            if (group.size() > winners.size()) {
                winners = group;
                tied = false;
            } else if (group.size() == winners.size()) {
                tied = true;
            }
        }
        if (winners.isEmpty()) {
            throw noneOf(legs);
        }
        if (tied && tie == Tie.FAIL) {
            throw new NoAnswerException("Expected a majority among the answers of " + legs.size() + " models, got "
                    + groups(legs).size() + " different answers with at most " + winners.size() + " votes each");
        }
        return winners.get(0);
    }

    /** In the order of the first of each group. */
    private static Map<String, List<Leg>> groups(List<Leg> legs) {
        Map<String, List<Leg>> groups = new LinkedHashMap<>();
        for (Leg leg : legs) {
            leg.vote().ifPresent(said -> groups.computeIfAbsent(said, key -> new ArrayList<>())
                    .add(leg));
        }
        return groups;
    }

    @Override
    void mark(Exchange result, Leg chosen, List<Leg> legs) {
        int votes = (int)
                legs.stream().filter(leg -> leg.vote().equals(chosen.vote())).count();
        result.getMessage().setHeader(FailoverHeaders.VOTES, votes);
        result.getMessage()
                .setHeader(
                        FailoverHeaders.AGREEMENT,
                        BigDecimal.valueOf(votes).divide(BigDecimal.valueOf(legs.size()), 2, RoundingMode.DOWN));
    }
}
