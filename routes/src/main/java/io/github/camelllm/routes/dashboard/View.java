package io.github.camelllm.routes.dashboard;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a page shows, from top to bottom. Immutable.
 *
 * @param page its name
 * @param intro sentences below the heading
 * @param problem what is wrong; empty for nothing
 * @param periods to choose from
 * @param fields of the form that filters the page
 * @param selection rows that can be chosen; null if there are none
 * @param refreshSeconds how often what it shows is asked for again; 0 for never
 */
record View(
        String page,
        String title,
        List<String> intro,
        String problem,
        List<Choice> periods,
        List<Field> fields,
        List<Tile> tiles,
        List<Fact> facts,
        List<Span> timeline,
        List<Figure> figures,
        List<DataTable> tables,
        List<Choice> paging,
        @Nullable Selection selection,
        int refreshSeconds) {

    /**
     * Rows of a table can be chosen, and something can be done about them.
     *
     * @param table its id
     * @param keys of its rows; empty text for those that cannot be chosen
     * @param actions what can be done: the name, and what it is called
     */
    record Selection(String table, List<String> keys, List<Field.Option> actions) {
        Selection {
            keys = List.copyOf(keys);
            actions = List.copyOf(actions);
        }
    }

    /** Something to choose. */
    record Choice(String title, String href, boolean current) {}

    /**
     * A field of a form.
     *
     * @param type {@code text}, {@code select}, {@code hidden} or {@code datetime-local}
     * @param options values and their names, of a select; suggestions of a text
     */
    record Field(String name, String title, String type, String value, List<Option> options) {
        Field {
            options = List.copyOf(options);
        }

        /** A value that can be chosen. */
        record Option(String value, String title) {}

        static Field text(String name, String title, String value) {
            return new Field(name, title, "text", value, List.of());
        }

        static Field hidden(String name, String value) {
            return new Field(name, "", "hidden", value, List.of());
        }

        static Field select(String name, String title, String value, List<Option> options) {
            return new Field(name, title, "select", value, options);
        }
    }

    /**
     * A number that matters.
     *
     * @param values one line each
     * @param detail in small letters below
     */
    record Tile(String title, List<String> values, String detail) {
        static Tile of(String title, String value, String detail) {
            return new Tile(title, List.of(value), detail);
        }
    }

    /** A name and its value. */
    record Fact(String title, Cell value) {}

    /**
     * An attempt on the time line of its call. Places are thousandths of the whole.
     *
     * @param waitAt where its wait begins
     * @param waitWidth how long that is
     * @param firstAt where it begins
     * @param firstWidth until its first piece, or its end if there was none
     * @param restAt where its first piece came
     * @param tone {@code good}, {@code bad} or {@code warn}
     */
    record Span(
            String title,
            String detail,
            int waitAt,
            int waitWidth,
            int firstAt,
            int firstWidth,
            int restAt,
            int restWidth,
            String tone) {}

    /**
     * A chart of a table: its first column is the time, the others are lines or bars over it.
     *
     * @param kind {@code line}, {@code bars}, {@code step} or {@code scatter}
     * @param unit {@code count}, {@code ms}, or a currency
     */
    record Figure(DataTable table, String kind, String unit) {}

    static Builder of(String page, String title) {
        return new Builder(page, title);
    }

    Optional<DataTable> table(String id) {
        return tables.stream()
                .filter(table -> table.id().equals(id))
                .findFirst()
                .or(() -> figures.stream()
                        .map(Figure::table)
                        .filter(table -> table.id().equals(id))
                        .findFirst());
    }

    /** Collects the parts of a page. Not thread-safe. */
    static final class Builder {
        private final String page;
        private final String title;
        private final List<String> intro = new ArrayList<>();
        private final List<Choice> periods = new ArrayList<>();
        private final List<Field> fields = new ArrayList<>();
        private final List<Tile> tiles = new ArrayList<>();
        private final List<Fact> facts = new ArrayList<>();
        private final List<Span> timeline = new ArrayList<>();
        private final List<Figure> figures = new ArrayList<>();
        private final List<DataTable> tables = new ArrayList<>();
        private final List<Choice> paging = new ArrayList<>();
        private String problem = "";
        private @Nullable Selection selection;
        private int refreshSeconds;

        private Builder(String page, String title) {
            this.page = page;
            this.title = title;
        }

        Builder intro(String sentence) {
            intro.add(sentence);
            return this;
        }

        Builder problem(@Nullable String text) {
            problem = text == null ? "" : text;
            return this;
        }

        Builder periods(List<Choice> choices) {
            periods.addAll(choices);
            return this;
        }

        Builder field(Field field) {
            fields.add(field);
            return this;
        }

        Builder tile(Tile tile) {
            tiles.add(tile);
            return this;
        }

        Builder fact(String name, Cell value) {
            facts.add(new Fact(name, value));
            return this;
        }

        Builder timeline(List<Span> spans) {
            timeline.addAll(spans);
            return this;
        }

        Builder figure(Figure figure) {
            figures.add(figure);
            return this;
        }

        Builder table(DataTable table) {
            tables.add(table);
            return this;
        }

        Builder paging(String name, String href) {
            paging.add(new Choice(name, href, false));
            return this;
        }

        Builder selection(Selection rows) {
            selection = rows;
            return this;
        }

        Builder refreshSeconds(int seconds) {
            refreshSeconds = seconds;
            return this;
        }

        View build() {
            return new View(
                    page,
                    title,
                    List.copyOf(intro),
                    problem,
                    List.copyOf(periods),
                    List.copyOf(fields),
                    List.copyOf(tiles),
                    List.copyOf(facts),
                    List.copyOf(timeline),
                    List.copyOf(figures),
                    List.copyOf(tables),
                    List.copyOf(paging),
                    selection,
                    refreshSeconds);
        }
    }
}
