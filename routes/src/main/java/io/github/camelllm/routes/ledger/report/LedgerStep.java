package io.github.camelllm.routes.ledger.report;

import io.github.camelllm.routes.ledger.LedgerDatabase;
import io.github.camelllm.routes.store.LlmDatabase;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.converter.stream.CachedOutputStream;

/**
 * What the steps of the ledger's templates have in common: where the ledger is, what time they are about, and how a table
 * becomes a body.
 */
public abstract class LedgerStep implements Processor {
    /** How a table becomes a body. */
    private enum Format {
        CSV,
        JSON,
        /** A List of Maps, for {@code split} and {@code sql}. */
        ROWS
    }

    private Clock clock = Clock.systemUTC();
    private String period = "last-month";
    private Format format = Format.CSV;

    /** @param period see {@link Period#parse}; may be a simple expression */
    public void setPeriod(String period) {
        this.period = period;
    }

    /** @param format csv, json or rows */
    public void setFormat(String format) {
        try {
            this.format = Format.valueOf(format.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("format: expected csv, json or rows, but came '" + format + "'", e);
        }
    }

    /** For tests. */
    public void setClock(Clock clock) {
        this.clock = clock;
    }

    protected final Clock clock() {
        return clock;
    }

    protected final LlmDatabase database(Exchange exchange) {
        return LedgerDatabase.of(exchange.getContext());
    }

    protected final Period period(Exchange exchange) {
        Period parsed = Period.parse(text(exchange, period), clock);
        exchange.getMessage().setHeader(LedgerHeaders.PERIOD, parsed.toString());
        return parsed;
    }

    /** What a simple expression says about a message; plain text stays as it is. */
    protected static String text(Exchange exchange, String simple) {
        if (simple.indexOf("${") < 0) {
            return simple;
        }
        CamelContext context = exchange.getContext();
        return Optional.ofNullable(context.resolveLanguage("simple")
                        .createExpression(simple)
                        .evaluate(exchange, String.class))
                .orElse("");
    }

    /** @return empty for nothing but blanks */
    protected static Optional<String> given(Exchange exchange, String simple) {
        return Optional.of(text(exchange, simple).strip()).filter(text -> !text.isEmpty());
    }

    /** Makes a table the body. */
    protected final void write(Exchange exchange, ReportTable table) throws Exception {
        exchange.getMessage().setHeader(LedgerHeaders.ROWS, table.size());
        if (format == Format.ROWS) {
            exchange.getMessage().setBody(table.asMaps());
            return;
        }
        // Goes to disk where it is large
        CachedOutputStream out = new CachedOutputStream(exchange);
        if (format == Format.CSV) {
            Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            table.writeCsv(writer);
            writer.flush();
        } else {
            table.writeJson(out);
        }
        exchange.getMessage()
                .setHeader(
                        Exchange.CONTENT_TYPE, format == Format.CSV ? "text/csv; charset=UTF-8" : "application/json");
        exchange.getMessage().setBody(out.newStreamCache());
    }
}
