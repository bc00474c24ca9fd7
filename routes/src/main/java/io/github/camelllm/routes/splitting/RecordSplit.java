package io.github.camelllm.routes.splitting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.chat.LlmContentFilteredException;
import io.github.camelllm.chat.LlmContextWindowExceededException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.tokens.TokenCounter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the templates of this package need around the Split EIP: the expression that gives the records of a file one after
 * the other ({@link #of}), the first step of each record ({@link #open}), and, as aggregation strategy, the last one: it
 * counts, writes dead letters and stops the split where going on makes no sense.
 */
public final class RecordSplit implements AggregationStrategy {
    private static final Logger LOG = LoggerFactory.getLogger(RecordSplit.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String RECORD = "LlmSplitRecord";

    /** What is wrong with one record, or still wrong after all redeliveries. Others, such as a refused key, stop the split. */
    private static final List<Class<? extends Exception>> BAD = List.of(
            BadRecordException.class,
            LlmInvalidRequestException.class,
            LlmContextWindowExceededException.class,
            LlmContentFilteredException.class,
            LlmMalformedResponseException.class,
            LlmRateLimitedException.class,
            LlmUnavailableException.class,
            LlmTimeoutException.class);

    /** Loading the encodings takes a second; so once for all. */
    static final TokenCounter TOKENS = TokenCounter.create();

    private enum Format {
        CSV,
        JSON,
        XML,
        TEXT,
        PDF
    }

    private Format format = Format.CSV;
    private Charset charset = StandardCharsets.UTF_8;
    private char delimiter = ',';
    private boolean header = true;
    private String element = "";
    private int maxRecordChars = 1_000_000;
    private String model = "gpt-4o";
    private int chunkTokens = 1000;
    private int overlapTokens;
    private boolean recordAsText;
    private boolean ordered;
    private String source = "${header.CamelFileName}-${header.CamelFileLength}-${header.CamelFileLastModified}";
    private @Nullable Expression sourceExpression;
    private @Nullable DeadLetters deadLetters;
    private long maxBadRecords = 1000;
    private String done = "";
    private long progressEvery = 1000;

    /** @param format csv, json, xml, text or pdf */
    public void setFormat(String format) {
        try {
            this.format = Format.valueOf(format.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("format: expected csv, json, xml, text or pdf, got " + format, e);
        }
    }

    /** @param charset of files without a byte order mark */
    public void setCharset(String charset) {
        this.charset = Charset.forName(charset);
    }

    /** @param delimiter one character, or {@code tab} */
    public void setDelimiter(String delimiter) {
        if (delimiter.equals("tab") || delimiter.equals("\\t")) {
            this.delimiter = '\t';
        } else if (delimiter.length() == 1 && delimiter.charAt(0) != '"') {
            this.delimiter = delimiter.charAt(0);
        } else {
            throw new IllegalArgumentException("delimiter: expected one character or tab, got " + delimiter);
        }
    }

    public void setHeader(boolean header) {
        this.header = header;
    }

    /** @param element path of the elements of an XML file, such as {@code //order} */
    public void setElement(String element) {
        this.element = element;
    }

    public void setMaxRecordChars(int maxRecordChars) {
        this.maxRecordChars = atLeast("maxRecordChars", 1, maxRecordChars);
    }

    /** @param model whose tokens are counted, with or without the provider before it */
    public void setModel(String model) {
        this.model = model.substring(model.indexOf('/') + 1);
    }

    public void setChunkTokens(int chunkTokens) {
        this.chunkTokens = atLeast("chunkTokens", 1, chunkTokens);
    }

    public void setOverlapTokens(int overlapTokens) {
        this.overlapTokens = atLeast("overlapTokens", 0, overlapTokens);
    }

    /** @param recordAsText whether a Map or List is given on as JSON text */
    public void setRecordAsText(boolean recordAsText) {
        this.recordAsText = recordAsText;
    }

    public void setOrdered(boolean ordered) {
        this.ordered = ordered;
    }

    /** @param source a simple expression that names the file; two versions of a file have two names */
    public void setSource(String source) {
        this.source = source;
    }

    /** @param folder of dead letters; empty if a bad record stops the split */
    public void setDeadLetters(String folder) {
        deadLetters = folder.isBlank() ? null : new DeadLetters(Path.of(folder));
    }

    public void setMaxBadRecords(long maxBadRecords) {
        this.maxBadRecords = maxBadRecords;
    }

    /** @param done name of an IdempotentRepository that remembers the records that are finished; empty for none */
    public void setDone(String done) {
        this.done = done.startsWith("#") ? done.substring(1) : done;
    }

    /** @param progressEvery a line is logged after so many records; 0 for none */
    public void setProgressEvery(long progressEvery) {
        this.progressEvery = progressEvery;
    }

    static int atLeast(String name, int least, int value) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": expected at least " + least + ", got " + value);
        }
        return value;
    }

    /** The records of the body, read as they are asked for. */
    public Iterator<?> of(Exchange exchange) throws InvalidPayloadException, IOException {
        IdempotentRepository finished = repository(exchange);
        if (finished != null) {
            ServiceHelper.startService(finished);
        }
        if (finished != null || deadLetters != null) {
            exchange.getMessage().setHeader(SplitHeaders.SOURCE, sourceOf(exchange));
        }
        SplitRun run = new SplitRun(read(exchange));
        exchange.setProperty(SplitRun.PROPERTY, run);
        return run;
    }

    private Iterator<SplitRecord> read(Exchange exchange) throws InvalidPayloadException, IOException {
        switch (format) {
            case CSV:
                return new CsvRecords(TextInput.open(exchange, charset), delimiter, header, maxRecordChars);
            case JSON:
                return new JsonRecords(TextInput.open(exchange, charset), maxRecordChars);
            case XML:
                return new XmlRecords(exchange, element, maxRecordChars);
            case TEXT:
                return new TextChunks(TextInput.open(exchange, charset), TOKENS, model, chunkTokens, overlapTokens);
            case PDF:
                return new TextChunks(PdfText.open(exchange), TOKENS, model, chunkTokens, overlapTokens);
        }
        throw new AssertionError(format);
    }

    private String sourceOf(Exchange exchange) {
        Expression expression = sourceExpression;
        if (expression == null) {
            expression = exchange.getContext().resolveLanguage("simple").createExpression(source);
            expression.init(exchange.getContext());
            sourceExpression = expression;
        }
        String name = expression.evaluate(exchange, String.class);
        if (name == null || name.replace("-", "").isBlank()) {
            throw new IllegalArgumentException("source: expected a name for what is split, got nothing from " + source
                    + "; set the header CamelFileName or the parameter source");
        }
        return name;
    }

    /** Whether a record is new: an earlier run has neither finished it nor written it to the dead letters. */
    public boolean isOpen(Exchange exchange) throws IOException {
        SplitRecord record = record(exchange);
        String file = exchange.getMessage().getHeader(SplitHeaders.SOURCE, String.class);
        IdempotentRepository finished = repository(exchange);
        DeadLetters letters = deadLetters;
        boolean open = (finished == null || !finished.contains(key(file, record)))
                && (letters == null || !letters.contains(file, record.number()));
        if (!open) {
            run(exchange).addSkipped();
        }
        return open;
    }

    /**
     * The first step of a record: the body becomes its value, the variable {@code record} too, and the header
     * {@value SplitHeaders#NUMBER} its number.
     *
     * @throws BadRecordException if it cannot be read
     */
    public void open(Exchange exchange) throws BadRecordException, JsonProcessingException {
        SplitRecord record = record(exchange);
        if (record.problem().isPresent()) {
            throw new BadRecordException(record.toString(), record.problem().get());
        }
        Object value = record.value();
        exchange.setVariable("record", value);
        exchange.getMessage().setHeader(SplitHeaders.NUMBER, record.number());
        exchange.getMessage()
                .setBody(recordAsText && !(value instanceof String) ? MAPPER.writeValueAsString(value) : value);
    }

    /** The step after a call: adds what it cost. */
    public void answered(Exchange exchange) {
        run(exchange).addUsage(exchange.getMessage());
    }

    /** Waits, if order is to be kept, until all records before this one have ended. */
    public void inTurn(Exchange exchange) throws InterruptedException {
        if (ordered) {
            run(exchange).awaitTurn(record(exchange).number());
        }
    }

    /** The last step of a record: it is finished. */
    public void mark(Exchange exchange) {
        IdempotentRepository finished = repository(exchange);
        if (finished != null) {
            String file = exchange.getMessage().getHeader(SplitHeaders.SOURCE, String.class);
            if (!finished.add(key(file, record(exchange)))) {
                throw new IllegalStateException(record(exchange) + " was finished by someone else in the meantime");
            }
        }
    }

    private @Nullable IdempotentRepository repository(Exchange exchange) {
        return done.isEmpty()
                ? null
                : CamelContextHelper.mandatoryLookup(exchange.getContext(), done, IdempotentRepository.class);
    }

    private static String key(String file, SplitRecord record) {
        return file + "#" + record.number();
    }

    private static SplitRecord record(Exchange exchange) {
        SplitRecord record = exchange.getProperty(RECORD, SplitRecord.class);
        if (record == null) {
            record = exchange.getMessage().getBody(SplitRecord.class);
            if (record == null) {
                throw new IllegalStateException("this step belongs into the split of records, and comes first there");
            }
            exchange.setProperty(RECORD, record);
        }
        return record;
    }

    private static SplitRun run(Exchange exchange) {
        SplitRun run = exchange.getProperty(SplitRun.PROPERTY, SplitRun.class);
        if (run == null) {
            throw new IllegalStateException("this step belongs into the split of records");
        }
        return run;
    }

    @Override
    public Exchange aggregate(@Nullable Exchange oldExchange, Exchange newExchange) {
        throw new UnsupportedOperationException("it is called with the input exchange");
    }

    /** A record has come to its end, well or not. @return the file's exchange */
    @Override
    public Exchange aggregate(@Nullable Exchange oldExchange, Exchange newExchange, Exchange inputExchange) {
        SplitRun run = run(inputExchange);
        SplitRecord record = record(newExchange);
        Exception failure = newExchange.getException();
        if (failure != null && !run.isStopped()) {
            failed(run, record, failure, inputExchange);
        }
        run.ended(record.number());
        long ended = run.endedCount();
        if (progressEvery > 0 && ended % progressEvery == 0) {
            LOG.info(
                    "{}: {} records at their end, {} of them bad",
                    inputExchange.getMessage().getHeader(Exchange.FILE_NAME, "records", String.class),
                    ended,
                    run.badCount());
        }
        return inputExchange;
    }

    private void failed(SplitRun run, SplitRecord record, Exception failure, Exchange input) {
        DeadLetters letters = deadLetters;
        Exception bad = letters == null ? null : badRecord(failure);
        if (letters == null || bad == null) {
            run.stop();
            input.setException(failure);
            return;
        }
        try {
            letters.add(input.getMessage().getHeader(SplitHeaders.SOURCE, String.class), record, bad);
        } catch (IOException e) {
            run.stop();
            input.setException(new UncheckedIOException("the dead letter of " + record + " could not be written", e));
            return;
        }
        if (run.addBad() > maxBadRecords) {
            run.stop();
            input.setException(new IllegalStateException(
                    "stopped at " + record + ": more than maxBadRecords=" + maxBadRecords + " records are bad"));
        }
    }

    private static @Nullable Exception badRecord(Exception failure) {
        for (Class<? extends Exception> bad : BAD) {
            Exception found = ObjectHelper.getException(bad, failure);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    @Override
    public void onCompletion(@Nullable Exchange exchange, Exchange inputExchange) {
        SplitRun run = run(inputExchange);
        inputExchange.removeProperty(SplitRun.PROPERTY);
        run.writeCounts(inputExchange.getMessage());
        run.writeUsage(inputExchange.getMessage());
    }
}
