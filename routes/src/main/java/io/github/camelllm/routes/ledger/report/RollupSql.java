package io.github.camelllm.routes.ledger.report;

import io.github.camelllm.routes.ledger.report.ReportQuery.Dimension;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A query of rollups: one selection for each span of time, and the sums over all.
 *
 * @param parameters strings and instants
 */
record RollupSql(String text, List<Object> parameters) {
    static RollupSql of(String table, ReportQuery query, List<String> groups, List<String> sums) {
        List<String> keys = new ArrayList<>();
        query.grain().ifPresent(grain -> keys.add("bucket"));
        for (Dimension dimension : query.by()) {
            keys.add(dimension.column());
        }
        keys.addAll(groups);
        List<Object> parameters = new ArrayList<>();
        List<RollupSpan> spans = RollupSpan.of(query.period(), query.grain().orElse(Grain.MONTH));
        String source;
        if (spans.size() == 1) {
            source = table + conditions(query, spans.get(0), parameters);
        } else {
            String columns = String.join(", ", keys) + ", " + String.join(", ", sums);
            source = spans.stream()
                    .map(span -> "select " + columns + " from " + table + conditions(query, span, parameters))
                    .collect(Collectors.joining(" union all ", "(", ") spans"));
        }
        String names = String.join(", ", keys);
        // Whole numbers are read many times as fast as times and decimals
        String shown = query.grain().isPresent()
                ? names.replaceFirst("bucket", "cast(extract(epoch from bucket) as bigint)")
                : names;
        return new RollupSql(
                "select " + shown + ", "
                        + sums.stream()
                                .map(sum -> "cast(sum(" + sum + ") as bigint)")
                                .collect(Collectors.joining(", "))
                        + " from " + source + " group by " + names,
                parameters);
    }

    private static String conditions(ReportQuery query, RollupSpan span, List<Object> parameters) {
        StringBuilder where = new StringBuilder(" where grain = ? and tag_name = ? and bucket >= ? and bucket < ?");
        parameters.add(span.grain().stored());
        parameters.add(query.tag().orElse(""));
        parameters.add(span.from());
        parameters.add(span.to());
        query.tagValue().ifPresent(value -> add(where, "tag_value", value, parameters));
        query.provider().ifPresent(value -> add(where, "provider", value, parameters));
        query.model().ifPresent(value -> add(where, "model", value, parameters));
        query.operation().ifPresent(value -> add(where, "operation", value, parameters));
        return where.toString();
    }

    private static void add(StringBuilder where, String column, String value, List<Object> parameters) {
        where.append(" and ").append(column).append(" = ?");
        parameters.add(value);
    }

    void bind(PreparedStatement statement) throws SQLException {
        int index = 1;
        for (Object parameter : parameters) {
            statement.setObject(
                    index++, parameter instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : parameter);
        }
    }
}
