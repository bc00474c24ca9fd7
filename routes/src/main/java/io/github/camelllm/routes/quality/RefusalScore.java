package io.github.camelllm.routes.quality;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/**
 * Scores 0 if the model refused to answer, else 1; nothing for an answer without text. It refused if it says so itself, if a filter ended the answer, or
 * if one of the patterns is in its first 300 characters: a regular expression in each line of the resource
 * {@code llm.quality.score.refusal.patterns}, without regard to case.
 */
public final class RefusalScore implements Processor, CamelContextAware {
    private static final String USUAL = "classpath:camel-llm/quality/refusals.txt";
    private static final int BEGINNING = 300;
    private static final int MOST_BYTES = 256 * 1024;

    private @Nullable CamelContext context;
    private @Nullable List<Pattern> patterns;

    @Override
    public void setCamelContext(CamelContext camelContext) {
        context = camelContext;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return context;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        String answer = Objects.requireNonNullElse(exchange.getMessage().getBody(String.class), "");
        boolean filtered = ScoredVariable.isRefused(exchange);
        if (answer.isBlank() && !filtered) {
            return;
        }
        String beginning =
                answer.substring(0, Math.min(BEGINNING, answer.length())).replace('\u2019', '\'');
        boolean refused = filtered
                || patterns(exchange.getContext()).stream()
                        .anyMatch(pattern -> pattern.matcher(beginning).find());
        ScoredVariable.score(exchange, refused ? 0 : 1);
        if (refused) {
            exchange.getMessage().setHeader(FeedbackHeaders.LABEL, "refused");
        }
    }

    private synchronized List<Pattern> patterns(CamelContext in) throws IOException {
        List<Pattern> known = patterns;
        if (known == null) {
            String resource = ScorerSettings.property(in, "refusal", "patterns", USUAL);
            try (InputStream text = ResourceHelper.resolveMandatoryResourceAsInputStream(in, resource)) {
                known = new String(text.readNBytes(MOST_BYTES), StandardCharsets.UTF_8)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .map(line -> compiled(line, resource))
                        .toList();
            }
            patterns = known;
        }
        return known;
    }

    private static Pattern compiled(String line, String resource) {
        try {
            return Pattern.compile(line, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    resource + ": expected a regular expression in each line, but '" + line + "' is none", e);
        }
    }
}
