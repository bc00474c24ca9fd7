package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.dashboard.View.Field;
import io.github.camelllm.routes.dashboard.View.Field.Option;
import io.github.camelllm.routes.ledger.report.Period;
import io.github.camelllm.routes.ledger.report.ReportQuery;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which attempts are summed up: those that all of this is true of. Sums know one tag at a time.
 *
 * @param provider empty for any, and so the others
 * @param tag a tag that sums are kept for, with a value
 */
record UsageFilter(String provider, String model, String tag, String tagValue) {
    static final UsageFilter NONE = new UsageFilter("", "", "", "");

    /**
     * @param tags that sums are kept for
     * @throws IllegalArgumentException if a parameter makes no sense
     */
    static UsageFilter of(DashboardRequest request, List<String> tags) {
        UsageFilter filter = new UsageFilter(
                request.parameter("provider").orElse(""),
                request.parameter("model").orElse(""),
                request.parameter("tag").orElse(""),
                request.parameter("tagValue").orElse(""));
        if (filter.tag.isEmpty() != filter.tagValue.isEmpty()) {
            throw new IllegalArgumentException("tag and tagValue: expected both or neither, but "
                    + (filter.tag.isEmpty() ? "tag" : "tagValue") + " is missing");
        }
        if (!filter.tag.isEmpty() && !tags.contains(filter.tag)) {
            throw new IllegalArgumentException("tag: expected one of " + String.join(", ", tags) + ", but came '"
                    + filter.tag + "'; llm.ledger.tags names the tags that sums are kept for");
        }
        return filter;
    }

    boolean isEmpty() {
        return equals(NONE);
    }

    /** @throws IllegalArgumentException if the query is cut by another tag */
    ReportQuery on(ReportQuery query) {
        ReportQuery narrower = provider.isEmpty() ? query : query.provider(provider);
        narrower = model.isEmpty() ? narrower : narrower.model(model);
        return tag.isEmpty() ? narrower : narrower.tagged(tag, tagValue);
    }

    List<Field> fields(List<String> tags) {
        List<Option> options = Stream.concat(
                        Stream.of(new Option("", "any")), tags.stream().map(name -> new Option(name, name)))
                .toList();
        return List.of(
                Field.text("provider", "Only provider", provider),
                Field.text("model", "Only model", model),
                Field.select("tag", "Only tag", tag, options),
                Field.text("tagValue", "With the value", tagValue));
    }

    /**
     * A link to the calls behind a row of sums: those of the period that the filter lets through.
     *
     * @param namesAndValues what the row adds to the filter, in turn
     */
    String calls(Period period, String... namesAndValues) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("from", time(period.from()));
        parameters.put("to", time(period.to()));
        parameters.put("provider", provider);
        parameters.put("model", model);
        parameters.put("tag", tag);
        parameters.put("tagValue", tagValue);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            parameters.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return Links.to("calls") + Links.query(parameters);
    }

    /** As a field of a form takes it. */
    private static String time(Instant at) {
        return LocalDateTime.ofInstant(at, ZoneOffset.UTC).toString();
    }
}
