package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.dashboard.CallQueries.Correction;
import io.github.camelllm.routes.dashboard.DataTable.Column;
import io.github.camelllm.routes.dashboard.View.Field;
import io.github.camelllm.routes.dashboard.View.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** One call with all its attempts. */
final class CallPage implements Page {
    private static final int WIDTH = 1000;

    private final CallQueries queries;
    private final CallJudgements judgements;

    CallPage(CallQueries queries, CallJudgements judgements) {
        this.queries = queries;
        this.judgements = judgements;
    }

    @Override
    public String name() {
        return "call";
    }

    @Override
    public View view(DashboardRequest request) throws Exception {
        return view(request, new Visitor("nobody", false));
    }

    @Override
    public View view(DashboardRequest request, Visitor visitor) throws Exception {
        Optional<String> wanted = request.parameter("id");
        View.Builder view =
                View.of(name(), "Call").field(Field.text("id", "Id of a call or an attempt", wanted.orElse("")));
        if (wanted.isEmpty()) {
            return view.build();
        }
        UUID id = id(wanted.get());
        List<AttemptView> attempts = queries.attempts(id);
        if (attempts.isEmpty()) {
            Optional<UUID> call = queries.callOf(id);
            if (call.isEmpty()) {
                return view.problem("The ledger has no call and no attempt with this id.")
                        .build();
            }
            id = call.get();
            attempts = queries.attempts(id);
        }
        facts(view, id, attempts);
        view.timeline(spans(attempts)).table(attempts(attempts));
        List<Correction> corrections = queries.corrections(id);
        if (!corrections.isEmpty()) {
            view.table(corrections(corrections));
        }
        judgements.table(id, visitor.administers()).ifPresent(view::table);
        return view.table(tags(attempts)).build();
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "id: expected an id such as 019aa0c2-0000-7000-8000-000000000000, but came '" + text + "'", e);
        }
    }

    private static void facts(View.Builder view, UUID id, List<AttemptView> attempts) {
        AttemptView last = attempts.get(attempts.size() - 1);
        boolean succeeded =
                attempts.stream().anyMatch(attempt -> attempt.outcome().equals("SUCCEEDED"));
        Instant begin = begin(attempts);
        Duration whole = Duration.between(begin, end(attempts));
        Optional<Duration> before = beforeFirst(attempts);
        SortedMap<String, Long> cost = new TreeMap<>();
        long unpriced = 0;
        for (AttemptView attempt : attempts) {
            if (attempt.costNanos().isPresent() && attempt.currency().isPresent()) {
                cost.merge(attempt.currency().get(), attempt.costNanos().getAsLong(), Math::addExact);
            } else if (attempt.cost() == Cell.UNKNOWN) {
                unpriced++;
            }
        }
        view.fact("Call", Cell.text(id.toString()))
                .fact("Began", Cell.text(Shown.millis(begin) + " UTC"))
                .fact("Outcome", succeeded ? Cell.text("succeeded").tone("good") : last.outcomeCell())
                .fact(
                        "Attempts",
                        attempts.size() < CallQueries.MOST_ATTEMPTS
                                ? Cell.count(attempts.size())
                                : Cell.text("the first " + CallQueries.MOST_ATTEMPTS))
                .fact("Took", Cell.text(Shown.duration(whole)))
                .fact("Of this at providers", Cell.text(Shown.duration(atProviders(attempts))))
                .fact(
                        "Held back by our limits",
                        Cell.text(Shown.duration(
                                attempts.stream().map(AttemptView::waited).reduce(Duration.ZERO, Duration::plus))))
                .fact(
                        "Our own work before the first attempt",
                        before.isPresent() ? Cell.text(Shown.duration(before.get())) : Cell.UNKNOWN)
                .fact(
                        "Between attempts",
                        Cell.text(Shown.duration(whole.minus(atProviders(attempts))
                                .minus(waitedAlone(attempts))
                                .minus(before.orElse(Duration.ZERO)))))
                .fact("Cost", CallsPage.cost(new CallQueries.CallSum(attempts.size(), succeeded, unpriced, cost)))
                .fact("Operation", Cell.text(last.operation()))
                .fact("Node", Cell.text(last.node()));
    }

    private static Instant begin(List<AttemptView> attempts) {
        return attempts.stream()
                .map(AttemptView::callBegan)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** What passed before the first attempt, without its wait; empty if that was not kept. */
    private static Optional<Duration> beforeFirst(List<AttemptView> attempts) {
        AttemptView first = attempts.stream()
                .min(Comparator.comparing(AttemptView::startedAt))
                .orElseThrow();
        return first.startedAfter().map(ignored -> Duration.between(begin(attempts), first.startedAt())
                .minus(first.waited()));
    }

    private static Instant end(List<AttemptView> attempts) {
        return attempts.stream()
                .map(AttemptView::endedAt)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** Time in which at least one attempt was under way. */
    private static Duration atProviders(List<AttemptView> attempts) {
        Duration sum = Duration.ZERO;
        Instant covered = Instant.MIN;
        for (AttemptView attempt : attempts) {
            Instant from = attempt.startedAt().isAfter(covered) ? attempt.startedAt() : covered;
            if (attempt.endedAt().isAfter(from)) {
                sum = sum.plus(Duration.between(from, attempt.endedAt()));
                covered = attempt.endedAt();
            }
        }
        return sum;
    }

    /** Waits in which no attempt was under way. */
    private static Duration waitedAlone(List<AttemptView> attempts) {
        Duration sum = Duration.ZERO;
        Instant covered = Instant.MIN;
        for (AttemptView attempt : attempts) {
            Instant waitFrom = attempt.startedAt().minus(attempt.waited());
            Instant from = waitFrom.isAfter(covered) ? waitFrom : covered;
            if (attempt.startedAt().isAfter(from)) {
                sum = sum.plus(Duration.between(from, attempt.startedAt()));
            }
            covered = attempt.endedAt().isAfter(covered) ? attempt.endedAt() : covered;
        }
        return sum;
    }

    static List<Span> spans(List<AttemptView> attempts) {
        Instant begin = begin(attempts);
        long whole = Math.max(1, Duration.between(begin, end(attempts)).toNanos());
        List<Span> spans = new ArrayList<>();
        int number = 1;
        for (AttemptView attempt : attempts) {
            int start = place(begin, attempt.startedAt(), whole);
            int wait = place(begin, attempt.startedAt().minus(attempt.waited()), whole);
            int end = Math.max(start + 2, place(begin, attempt.endedAt(), whole));
            int first = attempt.firstChunk()
                    .map(after -> Math.min(end, place(begin, attempt.startedAt().plus(after), whole)))
                    .orElse(end);
            spans.add(new Span(
                    number++ + ". " + attempt.provider() + "/" + attempt.requestModel(),
                    detail(attempt),
                    wait,
                    start - wait,
                    start,
                    first - start,
                    first,
                    end - first,
                    attempt.tone()));
        }
        return spans;
    }

    private static int place(Instant begin, Instant at, long wholeNanos) {
        return (int) (Duration.between(begin, at).toNanos() * (double) WIDTH / wholeNanos);
    }

    private static String detail(AttemptView attempt) {
        List<String> parts = new ArrayList<>();
        if (!attempt.waited().isZero()) {
            parts.add("waited " + Shown.duration(attempt.waited()));
        }
        attempt.firstChunk().ifPresent(first -> parts.add("first piece after " + Shown.duration(first)));
        attempt.chunks().ifPresent(chunks -> parts.add(chunks + (chunks == 1 ? " piece" : " pieces")));
        parts.add("ended after " + Shown.duration(attempt.latency()));
        parts.add(attempt.outcome().toLowerCase(java.util.Locale.ROOT));
        attempt.errorType().ifPresent(parts::add);
        return String.join(", ", parts);
    }

    private static DataTable attempts(List<AttemptView> attempts) {
        List<List<Cell>> rows = new ArrayList<>();
        for (AttemptView attempt : attempts) {
            rows.add(List.of(
                    new Cell(attempt.startedAt().toString(), Shown.millis(attempt.startedAt()), "", null, null, ""),
                    Cell.text(attempt.provider()),
                    Cell.text(attempt.requestModel()),
                    Cell.text(attempt.responseModel()),
                    attempt.outcomeCell(),
                    Cell.text(attempt.errorType()),
                    attempt.statusCode().isPresent()
                            ? Cell.number(
                                    attempt.statusCode().getAsInt(),
                                    String.valueOf(attempt.statusCode().getAsInt()))
                            : Cell.NONE,
                    Shown.duration(Optional.of(attempt.waited())),
                    Shown.duration(attempt.firstChunk()),
                    Shown.duration(Optional.of(attempt.latency())),
                    count(attempt.chunks()),
                    count(attempt.inputTokens()),
                    count(attempt.cacheReadInputTokens()),
                    count(attempt.outputTokens()),
                    count(attempt.reasoningOutputTokens()),
                    Cell.text(attempt.usageSource().toLowerCase(java.util.Locale.ROOT)),
                    attempt.cost(),
                    Cell.text(attempt.currency()),
                    Cell.text(attempt.priceBook()),
                    Cell.text(attempt.assumptions()),
                    Cell.text(attempt.cacheHit()),
                    Cell.text(attempt.finishReason()),
                    Cell.text(attempt.requestId()),
                    Cell.text(attempt.id().toString())));
        }
        return DataTable.of(
                "attempts",
                "Attempts",
                List.of(
                        Column.text("startedAt", "Started (UTC)"),
                        Column.text("provider", "Provider"),
                        Column.text("model", "Model asked"),
                        Column.text("responseModel", "Model that answered"),
                        Column.text("outcome", "Outcome"),
                        Column.text("errorType", "Error"),
                        Column.number("statusCode", "Status"),
                        Column.number("waitedMs", "Waited"),
                        Column.number("firstChunkMs", "First token"),
                        Column.number("latencyMs", "Latency"),
                        Column.number("chunks", "Pieces"),
                        Column.number("inputTokens", "Tokens in"),
                        Column.number("cacheReadInputTokens", "of these from cache"),
                        Column.number("outputTokens", "Tokens out"),
                        Column.number("reasoningOutputTokens", "of these reasoning"),
                        Column.text("usageSource", "Usage"),
                        Column.number("cost", "Cost"),
                        Column.text("currency", "Currency"),
                        Column.text("priceBook", "Price book"),
                        Column.text("assumptions", "Assumptions"),
                        Column.text("cacheHit", "Our cache"),
                        Column.text("finishReason", "Finish reason"),
                        Column.text("requestId", "Provider's request id"),
                        Column.text("id", "Attempt")),
                rows);
    }

    private static Cell count(OptionalLong count) {
        return count.isPresent() ? Cell.count(count.getAsLong()) : Cell.NONE;
    }

    private static DataTable corrections(List<Correction> corrections) {
        return DataTable.of(
                "corrections",
                "Corrections of the cost, entered later",
                List.of(
                        Column.text("enteredAt", "Entered (UTC)"),
                        Column.number("amount", "Amount"),
                        Column.text("currency", "Currency"),
                        Column.text("reason", "Why"),
                        Column.text("actor", "By"),
                        Column.text("attempt", "Attempt")),
                corrections.stream()
                        .map(correction -> List.of(
                                Cell.text(Shown.seconds(correction.at())),
                                UsageTable.amount(correction.nanos(), correction.currency()),
                                Cell.text(correction.currency()),
                                Cell.text(correction.reason()),
                                Cell.text(correction.actor()),
                                Cell.text(correction.attemptId().toString())))
                        .toList());
    }

    private static DataTable tags(List<AttemptView> attempts) {
        SortedMap<String, String> tags = new TreeMap<>();
        attempts.forEach(attempt -> tags.putAll(attempt.tags()));
        List<List<Cell>> rows = new ArrayList<>();
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            rows.add(List.of(
                    Cell.text(tag.getKey()),
                    Cell.link(tag.getValue(), Links.to("calls", "tag", tag.getKey(), "tagValue", tag.getValue()))));
        }
        return DataTable.of("tags", "Tags", List.of(Column.text("tag", "Tag"), Column.text("value", "Value")), rows);
    }
}
