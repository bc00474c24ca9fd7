package io.github.camelllm.routes.ledger.reconcile;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.Locale;
import java.util.function.Consumer;

/** The formats of exports, each as JSON or CSV where its provider offers both. */
public enum ExportFormat {
    /** Costs and usage of OpenAI's organization API, and the CSV of its dashboard. */
    OPENAI(new OpenAiExport()),
    /** Cost and usage reports of Anthropic's Admin API, and the CSV of its console. */
    ANTHROPIC(new AnthropicExport()),
    /** OpenRouter's activity by day as JSON, and by request as CSV. */
    OPENROUTER(new OpenRouterExport()),
    /** Cost and usage reports of AWS as CSV, for Bedrock. */
    AWS(new AwsExport()),
    /** Any CSV, by {@link CsvColumns}. */
    CSV(new GenericCsvExport());

    /** One format. Stateless. */
    interface Reading {
        /** @throws ExportException if the format has no JSON, or it is something else */
        void json(JsonPages pages, Consumer<ExportLine> lines) throws IOException;

        /** @throws ExportException if the format has no CSV, or it is something else */
        void csv(CsvLines rows, CsvColumns columns, Consumer<ExportLine> lines) throws IOException;
    }

    private final Reading reading;

    ExportFormat(Reading reading) {
        this.reading = reading;
    }

    /** @throws IllegalArgumentException if there is none of this name */
    public static ExportFormat named(String name) {
        try {
            return valueOf(name.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "format: expected openai, anthropic, openrouter, aws or csv, but came '" + name + "'", e);
        }
    }

    /**
     * Reads an export, line by line.
     *
     * @param text JSON or CSV, which is told by how it begins; not closed
     * @param columns used by {@link #CSV} only
     * @throws ExportException if it is something else; lines before the wrong one have been given by then
     */
    public void read(Reader text, CsvColumns columns, Consumer<ExportLine> lines) throws IOException {
        BufferedReader in = new BufferedReader(text);
        if (isJson(in)) {
            try (JsonPages pages = new JsonPages(in)) {
                reading.json(pages, lines);
            }
        } else {
            reading.csv(new CsvLines(in, columns.delimiter()), columns, lines);
        }
    }

    private static boolean isJson(BufferedReader in) throws IOException {
        while (true) {
            in.mark(1);
            int c = in.read();
            if (c < 0) {
                throw new ExportException("the export is empty");
            }
            if (c != '\uFEFF' && !Character.isWhitespace(c)) {
                in.reset();
                return c == '{' || c == '[';
            }
        }
    }
}
