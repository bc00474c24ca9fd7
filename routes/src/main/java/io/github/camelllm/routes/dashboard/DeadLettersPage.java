package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.dashboard.DataTable.Column;
import io.github.camelllm.routes.dashboard.View.Field;
import io.github.camelllm.routes.dashboard.View.Field.Option;
import io.github.camelllm.routes.deadletters.DeadLetter;
import io.github.camelllm.routes.deadletters.DeadLetter.State;
import io.github.camelllm.routes.deadletters.DeadLetterFilter;
import io.github.camelllm.routes.deadletters.DeadLetters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Calls and messages that failed for good, to be sent again or discarded. What was asked is not shown. */
final class DeadLettersPage implements ActionPage {
    /** As many as one form can name. */
    private static final int PAGE_ROWS = 40;

    private static final String KEY = "letter.";
    private static final String REPLAY = "replay";
    private static final String DISCARD = "discard";
    private static final String DONE = "done";
    private static final String OF = "of";

    private static final List<Column> COLUMNS = List.of(
            Column.text("at", "Failed at (UTC)"),
            Column.text("source", "Source"),
            Column.text("state", "State"),
            Column.text("model", "Model"),
            Column.text("key", "Key"),
            Column.text("errorType", "Failure"),
            Column.text("reason", "Reason"),
            Column.text("tags", "Tags"),
            Column.text("call", "Call"),
            Column.text("replayCall", "Replayed as"),
            Column.number("replays", "Replays"),
            Column.text("actor", "By"),
            Column.number("bytes", "Bytes"),
            Column.text("id", "Id"));

    private final Optional<DeadLetters> letters;

    /** @param letters empty if none are kept */
    DeadLettersPage(Optional<DeadLetters> letters) {
        this.letters = letters;
    }

    @Override
    public String name() {
        return "dead-letters";
    }

    @Override
    public View view(DashboardRequest request) throws Exception {
        View.Builder view = View.of(name(), "Dead letters");
        if (letters.isEmpty()) {
            return view.intro("None are kept: llm.deadLetters.secret is not set.")
                    .build();
        }
        DeadLetters kept = letters.get();
        DeadLetterFilter filter = filter(request);
        List<DeadLetter> found = kept.list(filter, PAGE_ROWS + 1);
        boolean more = found.size() > PAGE_ROWS;
        List<DeadLetter> shown = more ? found.subList(0, PAGE_ROWS) : found;
        request.parameter(DONE)
                .ifPresent(
                        done -> view.intro(
                                done + " of " + request.parameter(OF).orElse("?")
                                        + " were taken; others were sent again or discarded before, or nobody here takes them back."));
        view.intro("What failed for good. What was asked is kept encrypted, and is not shown.")
                .field(Field.select(
                        "state",
                        "State",
                        filter.state().map(State::name).orElse(""),
                        Stream.concat(
                                        Stream.of(new Option("", "any")),
                                        Stream.of(State.values()).map(state -> new Option(state.name(), word(state))))
                                .toList()))
                .field(Field.text("source", "Source", filter.source().orElse("")))
                .field(Field.text("key", "Key", filter.caller().orElse("")))
                .field(Field.text("model", "Model contains", filter.model().orElse("")))
                .table(DataTable.of(
                        name(),
                        "Dead letters",
                        COLUMNS,
                        shown.stream().map(DeadLettersPage::row).toList()))
                .selection(new View.Selection(
                        name(),
                        shown.stream().map(DeadLettersPage::key).toList(),
                        List.of(new Option(REPLAY, "Replay chosen"), new Option(DISCARD, "Discard chosen"))));
        if (filter.olderThan().isPresent()) {
            view.paging("Newest", name() + Links.query(Links.with(request.query(), "after", "")));
        }
        if (more) {
            String last = shown.get(shown.size() - 1).id().toString();
            view.paging("Older", name() + Links.query(Links.with(request.query(), "after", last)));
        }
        return view.build();
    }

    private static DeadLetterFilter filter(DashboardRequest request) {
        return new DeadLetterFilter(
                request.parameter("state").map(DeadLettersPage::state),
                request.parameter("source"),
                request.parameter("key"),
                request.parameter("model"),
                request.parameter("after").map(DeadLettersPage::id));
    }

    private static State state(String text) {
        return Stream.of(State.values())
                .filter(state -> state.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("state: expected one of "
                        + Stream.of(State.values()).map(State::name).collect(Collectors.joining(", "))));
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected the id of a dead letter, but it is none", e);
        }
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /** Discarding needs nothing, so that what cannot be sent again can be chosen too. */
    private static String key(DeadLetter letter) {
        boolean open = letter.state() == State.KEPT || letter.state() == State.REPLAYING;
        return open ? KEY + letter.id() : "";
    }

    private static List<Cell> row(DeadLetter letter) {
        return List.of(
                Cell.text(Shown.seconds(letter.at())),
                Cell.text(letter.source()),
                Cell.text(word(letter.state())).tone(tone(letter.state())),
                Cell.text(text(letter.model())),
                Cell.text(text(letter.caller())),
                Cell.text(letter.errorType()),
                Cell.text(letter.reason()),
                Cell.text(text(new TreeMap<>(letter.tags())
                        .entrySet().stream()
                                .map(tag -> tag.getKey() + "=" + tag.getValue())
                                .collect(Collectors.joining(", ")))),
                call(letter.callId()),
                call(letter.replayCallId()),
                Cell.count(letter.replays()),
                Cell.text(letter.actor()),
                letter.hasContent() || letter.state() == State.REPLAYED || letter.state() == State.DISCARDED
                        ? Cell.count(letter.contentBytes())
                        : Cell.count(letter.contentBytes()).tone("warn"),
                Cell.text(
                        letter.id() + letter.replayOf().map(of -> ", of " + of).orElse("")));
    }

    private static Optional<String> text(String text) {
        return Optional.of(text).filter(known -> !known.isEmpty());
    }

    private static String tone(State state) {
        return state == State.REPLAYED ? "good" : state == State.DISCARDED ? "dim" : "warn";
    }

    private static Cell call(Optional<UUID> call) {
        return call.map(UUID::toString)
                .map(id -> new Cell(id, id.substring(0, 8) + "…", "", Links.to("call", "id", id), null, ""))
                .orElse(Cell.NONE);
    }

    @Override
    public String act(DashboardRequest request, Visitor visitor) throws Exception {
        DeadLetters kept = letters.orElseThrow(
                () -> new IllegalArgumentException("none are kept: llm.deadLetters.secret is not set"));
        String what = request.form().getOrDefault("do", "");
        if (!what.equals(REPLAY) && !what.equals(DISCARD)) {
            throw new IllegalArgumentException("do: expected replay or discard");
        }
        List<UUID> chosen = new ArrayList<>();
        request.form().keySet().stream()
                .filter(name -> name.startsWith(KEY))
                .map(name -> id(name.substring(KEY.length())))
                .forEach(chosen::add);
        int done = 0;
        for (UUID id : chosen) {
            boolean taken = what.equals(REPLAY) ? kept.replay(id, visitor.name()) : kept.discard(id, visitor.name());
            done += taken ? 1 : 0;
        }
        Map<String, String> to = new LinkedHashMap<>(request.query());
        to.put(DONE, String.valueOf(done));
        to.put(OF, String.valueOf(chosen.size()));
        return name() + Links.query(to);
    }
}
