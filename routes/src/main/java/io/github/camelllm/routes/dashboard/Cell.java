package io.github.camelllm.routes.dashboard;

import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One value of a table.
 *
 * @param value as a program reads it: a text, a number, or null for what is unknown
 * @param text as people read it
 * @param plot as a chart draws it; empty for a gap
 * @param href page about it, relative; null for none
 * @param share from 0 to 100, to be drawn; null for none
 * @param tone {@code good}, {@code bad}, {@code warn}, {@code dim}, or empty
 */
record Cell(
        @Nullable Object value,
        String text,
        String plot,
        @Nullable String href,
        @Nullable BigDecimal share,
        String tone) {
    /** What stands for something that does not exist. */
    static final Cell NONE = new Cell(null, "–", "", null, null, "dim");

    /** What stands for something that nobody knows. Never zero. */
    static final Cell UNKNOWN = new Cell(null, "unknown", "", null, null, "warn");

    static Cell text(String text) {
        return new Cell(text, text, "", null, null, "");
    }

    static Cell text(Optional<String> text) {
        return text.map(Cell::text).orElse(NONE);
    }

    /** Without its link if the text is blank: no page can be asked about nothing. */
    static Cell link(String text, String href) {
        return text.isBlank()
                ? new Cell(text, "(empty)", "", null, null, "")
                : new Cell(text, text, "", href, null, "");
    }

    static Cell count(long count) {
        return new Cell(count, Shown.count(count), String.valueOf(count), null, null, "");
    }

    /** @param value what a program reads and a chart draws */
    static Cell number(Number value, String text) {
        return new Cell(
                value,
                text,
                value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString(),
                null,
                null,
                "");
    }

    Cell tone(String newTone) {
        return new Cell(value, text, plot, href, share, newTone);
    }

    /** This amount, and that so many more are unknown. */
    Cell plusUnknown(long count) {
        return new Cell(value, text + " + " + Shown.count(count) + " unknown", plot, href, share, "warn");
    }

    Cell href(String newHref) {
        return new Cell(value, text, plot, newHref, share, tone);
    }

    Cell share(@Nullable BigDecimal percent) {
        return new Cell(value, text, plot, href, percent, tone);
    }
}
