package io.github.camelllm.routes.ledger.reconcile;

import io.github.camelllm.routes.splitting.CsvFile;
import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Lines of a CSV export and their cells. An empty cell is unknown. Not thread-safe. */
final class CsvLines {
    private final CsvFile file;
    private Map<String, String> row = Map.of();

    /** @param text not closed */
    CsvLines(Reader text, char delimiter) throws IOException {
        try {
            file = new CsvFile(text, delimiter);
        } catch (IllegalArgumentException e) {
            throw new ExportException("the export: " + e.getMessage(), e);
        }
    }

    /** @return false at the end */
    boolean next() {
        try {
            if (!file.hasNext()) {
                return false;
            }
            row = file.next();
            return true;
        } catch (ExportException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new ExportException("the export: " + e.getMessage(), e);
        }
    }

    boolean has(String column) {
        return row.containsKey(column);
    }

    Optional<String> text(String column) {
        return Optional.ofNullable(row.get(column)).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** The first of several columns that has something. */
    Optional<String> first(String... columns) {
        for (String column : columns) {
            Optional<String> found = text(column);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    String required(String column) {
        return text(column)
                .orElseThrow(() -> new ExportException(where(column)
                        + (row.containsKey(column)
                                ? ": expected a value but it is empty"
                                : ": there is no such column")));
    }

    Optional<BigDecimal> decimal(String column) {
        return text(column).map(text -> ExportValues.decimal(text, where(column)));
    }

    OptionalLong count(String column) {
        Optional<String> text = text(column);
        return text.isPresent() ? OptionalLong.of(ExportValues.count(text.get(), where(column))) : OptionalLong.empty();
    }

    /** The sum of those columns that have something; empty if none has. */
    OptionalLong sum(String... columns) {
        OptionalLong sum = OptionalLong.empty();
        for (String column : columns) {
            OptionalLong count = count(column);
            if (count.isPresent()) {
                sum = OptionalLong.of(Math.addExact(sum.orElse(0), count.getAsLong()));
            }
        }
        return sum;
    }

    String where(String column) {
        return "line " + file.line() + " of the export, column " + column;
    }
}
