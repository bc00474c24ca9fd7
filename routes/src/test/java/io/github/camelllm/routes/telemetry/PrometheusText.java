package io.github.camelllm.routes.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A strict reader of Prometheus' text format 0.0.4: whatever it does not know fails.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Exposition formats</a>
 */
public final class PrometheusText {
    private static final Pattern HELP = Pattern.compile("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
    private static final Pattern TYPE =
            Pattern.compile("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)");
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? ([^ ]+)(?: -?\\d+)?");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\n\"])*)\"(?:,|$)");

    private final Map<String, String> types = new LinkedHashMap<>();
    private final List<Sample> samples = new ArrayList<>();

    /** One line. */
    public record Sample(String name, Map<String, String> labels, double value) {}

    private PrometheusText() {}

    public static PrometheusText parse(String text) {
        PrometheusText parsed = new PrometheusText();
        assertThat(text).endsWith("\n");
        String family = "";
        Set<String> finished = new HashSet<>();
        for (String line : text.split("\n")) {
            Matcher help = HELP.matcher(line);
            Matcher type = TYPE.matcher(line);
            if (help.matches() || type.matches()) {
                String name = help.matches() ? help.group(1) : type.group(1);
                if (!name.equals(family)) {
                    assertThat(finished).as("families stand together").doesNotContain(name);
                    finished.add(family);
                    family = name;
                }
                if (type.matches()) {
                    parsed.types.put(name, type.group(2));
                }
            } else {
                parsed.sample(line, family);
            }
        }
        parsed.checkHistograms();
        return parsed;
    }

    private void sample(String line, String family) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as("a sample: %s", line).isTrue();
        assertThat(sample.group(1))
                .as("its family is %s", family)
                .matches(Pattern.quote(family) + "(_bucket|_sum|_count)?");
        Map<String, String> labels = new TreeMap<>();
        String rest = sample.group(2) == null ? "" : sample.group(2);
        Matcher label = LABEL.matcher(rest);
        int end = 0;
        while (end < rest.length()) {
            assertThat(label.find(end) && label.start() == end)
                    .as("labels: %s", line)
                    .isTrue();
            assertThat(labels.put(label.group(1), label.group(2)))
                    .as("one label twice: %s", line)
                    .isNull();
            end = label.end();
        }
        double value = sample.group(3).equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(sample.group(3));
        assertThat(samples)
                .as("a series twice: %s", line)
                .noneMatch(other -> other.name.equals(sample.group(1)) && other.labels.equals(labels));
        samples.add(new Sample(sample.group(1), labels, value));
    }

    private void checkHistograms() {
        Map<String, Double> last = new HashMap<>();
        for (Sample sample : samples) {
            if (sample.name.endsWith("_bucket")) {
                Map<String, String> series = new TreeMap<>(sample.labels);
                String bound = series.remove("le");
                String key = sample.name + series;
                assertThat(sample.value)
                        .as("buckets add up: %s", key)
                        .isGreaterThanOrEqualTo(last.getOrDefault(key, 0.0));
                last.put(key, sample.value);
                if ("+Inf".equals(bound)) {
                    assertThat(value(sample.name.replaceAll("_bucket$", "_count"), series))
                            .isEqualTo(sample.value);
                }
            }
        }
    }

    public Map<String, String> types() {
        return types;
    }

    public List<Sample> samples(String name) {
        return samples.stream().filter(sample -> sample.name.equals(name)).toList();
    }

    /** Names of all samples. */
    public Set<String> names() {
        Set<String> names = new HashSet<>();
        samples.forEach(sample -> names.add(sample.name));
        return names;
    }

    /** The one sample of this name with at least these labels. */
    public double value(String name, Map<String, String> labels) {
        List<Sample> found = samples(name).stream()
                .filter(sample -> sample.labels.entrySet().containsAll(labels.entrySet()))
                .toList();
        assertThat(found).as("%s%s of %s", name, labels, samples(name)).hasSize(1);
        return found.get(0).value;
    }

    public double value(String name, String... labels) {
        Map<String, String> wanted = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            wanted.put(labels[i], labels[i + 1]);
        }
        return value(name, wanted);
    }

    /** Upper bounds of a histogram's buckets. */
    public List<String> bounds(String histogram) {
        return samples(histogram + "_bucket").stream()
                .map(sample -> sample.labels.get("le"))
                .distinct()
                .toList();
    }
}
