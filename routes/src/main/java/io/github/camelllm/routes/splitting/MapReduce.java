package io.github.camelllm.routes.splitting;

import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.tokens.TokenCounter;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.jspecify.annotations.Nullable;

/**
 * What the template {@code llm-map-reduce} needs around its loop of splits: in the first round the chunks of the text are
 * put to the model, in each further one groups of answers, until one answer is left.
 */
public final class MapReduce implements AggregationStrategy {
    private static final String STATE = "LlmMapReduce";
    private static final TokenCounter TOKENS = RecordSplit.TOKENS;

    private Charset charset = StandardCharsets.UTF_8;
    private String model = "gpt-4o";
    private int chunkTokens = 4000;
    private int overlapTokens;
    private int reduceTokens = 8000;
    private int maxChunks = 2000;

    /** One text on its way. Its fields are of the thread that runs the loop, but for {@link #answers}. */
    private static final class State {
        /** By number of the question: answers come in any order. */
        private final Map<Long, String> answers = new TreeMap<>();

        private List<String> parts = List.of();
        private int round;
        private final SplitRun total = new SplitRun(List.<SplitRecord>of().iterator());
    }

    /** @param charset of files without a byte order mark */
    public void setCharset(String charset) {
        this.charset = Charset.forName(charset);
    }

    /** @param model whose tokens are counted, with or without the provider before it */
    public void setModel(String model) {
        this.model = model.substring(model.indexOf('/') + 1);
    }

    public void setChunkTokens(int chunkTokens) {
        this.chunkTokens = RecordSplit.atLeast("chunkTokens", 1, chunkTokens);
    }

    public void setOverlapTokens(int overlapTokens) {
        this.overlapTokens = RecordSplit.atLeast("overlapTokens", 0, overlapTokens);
    }

    public void setReduceTokens(int reduceTokens) {
        this.reduceTokens = RecordSplit.atLeast("reduceTokens", 1, reduceTokens);
    }

    public void setMaxChunks(int maxChunks) {
        this.maxChunks = RecordSplit.atLeast("maxChunks", 1, maxChunks);
    }

    /** Begins with a text. */
    public void start(Exchange exchange) {
        exchange.setProperty(STATE, new State());
    }

    /** Whether there is a round to do. */
    public boolean hasMore(Exchange exchange) {
        State state = state(exchange);
        return state.round == 0 || state.parts.size() > 1;
    }

    /** Whether the round to do is the first, which is about the text itself. */
    public boolean isFirst(Exchange exchange) {
        return state(exchange).round == 0;
    }

    /** What the model is asked about in this round. */
    public Iterator<?> questions(Exchange exchange) throws InvalidPayloadException, IOException {
        State state = state(exchange);
        Iterator<SplitRecord> questions = state.round == 0
                ? new TextChunks(text(exchange), TOKENS, model, chunkTokens, overlapTokens)
                : groups(state.parts).iterator();
        state.round++;
        state.answers.clear();
        SplitRun run = new SplitRun(questions);
        exchange.setProperty(SplitRun.PROPERTY, run);
        return run;
    }

    private Reader text(Exchange exchange) throws InvalidPayloadException, IOException {
        String name = exchange.getMessage().getHeader(Exchange.FILE_NAME, "", String.class);
        return name.toLowerCase(Locale.ROOT).endsWith(".pdf")
                ? PdfText.open(exchange)
                : TextInput.open(exchange, charset);
    }

    /** Answers side by side, as many as fit into a question, in their order. */
    private List<SplitRecord> groups(List<String> parts) {
        List<SplitRecord> groups = new ArrayList<>();
        StringBuilder group = new StringBuilder();
        int size = 0;
        for (String part : parts) {
            String joined = size == 0 ? part : group + "\n\n" + part;
            if (size > 0 && TOKENS.count(model, joined).upperBound() > reduceTokens) {
                groups.add(SplitRecord.of(groups.size() + 1L, 0, group.toString()));
                group.setLength(0);
                group.append(part);
                size = 1;
            } else {
                group.setLength(0);
                group.append(joined);
                size++;
            }
        }
        groups.add(SplitRecord.of(groups.size() + 1L, 0, group.toString()));
        if (groups.size() == parts.size()) {
            throw new IllegalArgumentException("of " + parts.size() + " partial answers no two fit into reduceTokens="
                    + reduceTokens + ": lower maxTokens or raise reduceTokens");
        }
        return groups;
    }

    /** The first step of a question: the body becomes its text. */
    public void open(Exchange exchange) {
        SplitRecord question = exchange.getMessage().getBody(SplitRecord.class);
        exchange.setProperty(SplitHeaders.NUMBER, question.number());
        if (question.number() > maxChunks) {
            throw new IllegalArgumentException(
                    "the text has more than maxChunks=" + maxChunks + " chunks: raise that, or chunkTokens");
        }
        exchange.getMessage().setBody(question.value());
    }

    @Override
    public Exchange aggregate(@Nullable Exchange oldExchange, Exchange newExchange) {
        throw new UnsupportedOperationException("it is called with the input exchange");
    }

    /** A question has been answered, or has failed: then no more are asked. */
    @Override
    public Exchange aggregate(@Nullable Exchange oldExchange, Exchange newExchange, Exchange inputExchange) {
        State state = state(inputExchange);
        SplitRun run = inputExchange.getProperty(SplitRun.PROPERTY, SplitRun.class);
        Long number = newExchange.getProperty(SplitHeaders.NUMBER, Long.class);
        Exception failure = newExchange.getException();
        if (failure == null) {
            run.addUsage(newExchange.getMessage());
            state.answers.put(
                    number, newExchange.getMessage().getBody(String.class).strip());
        } else if (!run.isStopped()) {
            run.stop();
            inputExchange.setException(failure);
        }
        run.ended(number);
        return inputExchange;
    }

    @Override
    public void onCompletion(@Nullable Exchange exchange, Exchange inputExchange) {
        State state = state(inputExchange);
        SplitRun run = inputExchange.removeProperty(SplitRun.PROPERTY) instanceof SplitRun ended ? ended : null;
        if (run != null) {
            state.total.addUsage(run);
        }
        state.parts = List.copyOf(state.answers.values());
    }

    /** The body becomes the last answer, the headers what all calls cost together. */
    public void finish(Exchange exchange) {
        State state = state(exchange);
        exchange.removeProperty(STATE);
        if (state.parts.isEmpty()) {
            throw new IllegalArgumentException("expected a text, got an empty one");
        }
        exchange.getMessage().removeHeader(LlmConstants.SYSTEM_MESSAGE);
        state.total.writeUsage(exchange.getMessage());
        exchange.getMessage().setBody(state.parts.get(0));
    }

    private static State state(Exchange exchange) {
        State state = exchange.getProperty(STATE, State.class);
        if (state == null) {
            throw new IllegalStateException("this step belongs between start and finish");
        }
        return state;
    }
}
