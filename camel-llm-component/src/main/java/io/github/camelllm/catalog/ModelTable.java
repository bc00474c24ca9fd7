package io.github.camelllm.catalog;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;

/**
 * A table of models, prices, or both, as CSV (RFC 4180, UTF-8) with a header. Columns may come in any order and be left
 * out; an empty cell is unknown. Lines that begin with {@code #} are comments.
 *
 * <pre>
 * provider,model,effective,input,output,cacheRead,batchDiscount,tiers,context,maxOutput
 * acme,acme-large,2026-10-01,1.25,10,0.125,0.5,">200000 input=2.5 output=15",400000,32000
 * </pre>
 *
 * <p>Prices are per million tokens (columns {@code input} to {@code reasoningOutput}); an entry with a price needs
 * {@code input} and {@code output}. Tiers are divided by semicolons.
 */
public final class ModelTable {
    /** Columns of a {@link Price}. */
    static final Set<String> PRICE_COLUMNS = Set.of(
            "effective",
            "currency",
            "input",
            "output",
            "cacheRead",
            "cacheWrite",
            "cacheWrite1h",
            "inputAudio",
            "inputImage",
            "outputAudio",
            "outputImage",
            "reasoningOutput",
            "webSearchPerThousand",
            "batchDiscount",
            "tiers",
            "sources",
            "priceNote");

    /** Columns of a {@link Model}. */
    static final Set<String> MODEL_COLUMNS = Set.of(
            "name",
            "family",
            "context",
            "maxOutput",
            "inputs",
            "outputs",
            "tools",
            "structuredOutput",
            "reasoning",
            "streaming",
            "cutoff",
            "released",
            "deprecated",
            "openWeights",
            "modelNote");

    private static final Set<String> COLUMNS = columns();

    private final List<Row> rows;
    private final String fingerprint;

    private ModelTable(List<Row> rows, String fingerprint) {
        this.rows = List.copyOf(rows);
        this.fingerprint = fingerprint;
    }

    /**
     * Reads a CSV text.
     *
     * @param sourceName names the text in errors
     * @param text not closed
     * @throws CatalogException if it is wrong; the message has source name, line and column
     */
    public static ModelTable ofCsv(String sourceName, Reader text) {
        return ofCsv(sourceName, text, Optional.empty());
    }

    /** @param provider of all rows, for tables without that column */
    static ModelTable ofCsv(String sourceName, Reader text, Optional<String> provider) {
        List<Row> rows = new ArrayList<>();
        CRC32 crc = new CRC32();
        try {
            BufferedReader in = new BufferedReader(text);
            Map<String, Integer> header = Map.of();
            int number = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                if (line.isBlank() || line.charAt(0) == '#') {
                    continue;
                }
                crc.update(line.getBytes(StandardCharsets.UTF_8));
                List<String> cells = cells(line, sourceName, number);
                if (header.isEmpty()) {
                    header = header(cells, sourceName + " line " + number, provider.isEmpty());
                } else if (cells.size() != header.size()) {
                    throw new CatalogException(sourceName + " line " + number + ": expected " + header.size()
                            + " cells as in the header but came " + cells.size());
                } else {
                    rows.add(Row.of(sourceName, number, header, cells, provider));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(sourceName + " could not be read", e);
        }
        return new ModelTable(rows, fingerprint(crc));
    }

    /**
     * Reads flat properties whose keys are {@code PROVIDER/MODEL.COLUMN}, such as {@code openai/gpt-5.1.input=1.25}.
     *
     * @param properties without any prefix that they had
     * @throws CatalogException if one is wrong; the message names the property
     */
    public static ModelTable ofProperties(Map<String, String> properties) {
        Map<String, Map<String, String>> cells = new TreeMap<>();
        CRC32 crc = new CRC32();
        new TreeMap<>(properties).forEach((key, value) -> {
            crc.update((key + '=' + value).getBytes(StandardCharsets.UTF_8));
            String where = "property " + key;
            int dot = key.lastIndexOf('.');
            int slash = key.indexOf('/');
            if (slash <= 0 || dot < slash + 2) {
                throw new CatalogException(where + ": expected PROVIDER/MODEL.COLUMN, such as openai/gpt-5.1.input");
            }
            String column = key.substring(dot + 1);
            checkColumn(column, where);
            cells.computeIfAbsent(key.substring(0, dot), model -> new LinkedHashMap<>())
                    .put(column, value.trim());
        });
        List<Row> rows = new ArrayList<>();
        cells.forEach((key, columns) -> {
            int slash = key.indexOf('/');
            Map<String, Integer> header = new LinkedHashMap<>();
            columns.keySet().forEach(column -> header.put(column, header.size()));
            rows.add(new Row(
                    "property " + key,
                    0,
                    key.substring(0, slash),
                    key.substring(slash + 1),
                    header,
                    List.copyOf(columns.values())));
        });
        return new ModelTable(rows, fingerprint(crc));
    }

    /** Eight hexadecimal digits of the content, so that prices can be told apart by the version of their book. */
    String fingerprint() {
        return fingerprint;
    }

    /** Prices by provider and model, of several dates the latest first. Rows without a price are left out. */
    Map<String, Map<String, List<Price>>> prices() {
        Map<String, Map<String, List<Price>>> prices = new LinkedHashMap<>();
        for (Row row : rows) {
            if (row.hasAny(PRICE_COLUMNS)) {
                Price price = row.price();
                List<Price> history = prices.computeIfAbsent(row.provider, name -> new LinkedHashMap<>())
                        .computeIfAbsent(row.model, name -> new ArrayList<>(1));
                if (history.stream().anyMatch(other -> other.effectiveFrom().equals(price.effectiveFrom()))) {
                    throw new CatalogException(
                            row.where() + ": " + row.provider + "/" + row.model + " has two prices from the same day");
                }
                history.add(price);
            }
        }
        prices.values().forEach(models -> models.values()
                .forEach(history -> history.sort(Comparator.comparing(
                                (Price price) -> price.effectiveFrom().orElse(LocalDate.MIN))
                        .reversed())));
        return prices;
    }

    /** Models by provider and id. Rows without anything about the model are left out. */
    Map<String, Map<String, Model>> models() {
        Map<String, Map<String, Model>> models = new LinkedHashMap<>();
        for (Row row : rows) {
            if (row.hasAny(MODEL_COLUMNS)) {
                Map<String, Model> ofProvider = models.computeIfAbsent(row.provider, name -> new LinkedHashMap<>());
                if (ofProvider.put(row.model, row.describedModel()) != null) {
                    throw new CatalogException(
                            row.where() + ": " + row.provider + "/" + row.model + " is described twice");
                }
            }
        }
        return models;
    }

    private static Set<String> columns() {
        Set<String> columns = new TreeSet<>(PRICE_COLUMNS);
        columns.addAll(MODEL_COLUMNS);
        columns.add("provider");
        columns.add("model");
        return columns;
    }

    private static String fingerprint(CRC32 crc) {
        String digits = Long.toHexString(crc.getValue());
        return "0".repeat(8 - digits.length()) + digits;
    }

    /** Columns and their places. */
    private static Map<String, Integer> header(List<String> cells, String where, boolean needsProvider) {
        Map<String, Integer> header = new LinkedHashMap<>();
        for (String column : cells) {
            checkColumn(column, where);
            if (header.put(column, header.size()) != null) {
                throw new CatalogException(where + ": a column is named twice");
            }
        }
        if (!header.containsKey("model") || needsProvider && !header.containsKey("provider")) {
            throw new CatalogException(where + ": the header needs the columns 'provider' and 'model'");
        }
        return header;
    }

    private static void checkColumn(String column, String where) {
        if (!COLUMNS.contains(column)) {
            String near = Suggestions.didYouMean(column, COLUMNS);
            throw new CatalogException(where + ": unknown column '" + column + "'"
                    + (near.isEmpty() ? "; known are " + String.join(", ", COLUMNS) : near));
        }
    }

    /** Up to six digits, and up to twelve after a point. */
    private static boolean isRate(String text) {
        int point = text.indexOf('.');
        String whole = point < 0 ? text : text.substring(0, point);
        String fraction = point < 0 ? "0" : text.substring(point + 1);
        return isDigits(whole) && whole.length() <= 6 && isDigits(fraction) && fraction.length() <= 12;
    }

    private static boolean isDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** The cells of one line. A cell in double quotes may hold commas, and quotes written twice. */
    private static List<String> cells(String line, String source, int number) {
        List<String> cells = new ArrayList<>();
        int at = 0;
        while (at <= line.length()) {
            if (at < line.length() && line.charAt(at) == '"') {
                StringBuilder cell = new StringBuilder();
                int from = at + 1;
                int quote = line.indexOf('"', from);
                while (quote >= 0 && quote + 1 < line.length() && line.charAt(quote + 1) == '"') {
                    cell.append(line, from, quote + 1);
                    from = quote + 2;
                    quote = line.indexOf('"', from);
                }
                if (quote < 0 || quote + 1 < line.length() && line.charAt(quote + 1) != ',') {
                    throw new CatalogException(
                            source + " line " + number + ": a quoted cell must end with a quote before the next comma");
                }
                cells.add(cell.append(line, from, quote).toString().trim());
                at = quote + 2;
            } else {
                int comma = line.indexOf(',', at);
                int end = comma < 0 ? line.length() : comma;
                cells.add(line.substring(at, end).trim());
                at = end + 1;
            }
        }
        return cells;
    }

    /**
     * One line, or the properties of one model.
     *
     * @param line 0 if there are no lines
     * @param header columns and their places in the cells
     */
    private record Row(
            String source, int line, String provider, String model, Map<String, Integer> header, List<String> cells) {
        static Row of(
                String source, int line, Map<String, Integer> header, List<String> cells, Optional<String> ofAll) {
            Integer providerAt = header.get("provider");
            Integer modelAt = header.get("model");
            String named = providerAt == null ? "" : cells.get(providerAt);
            String provider = named.isEmpty() ? ofAll.orElse("") : named;
            String model = modelAt == null ? "" : cells.get(modelAt);
            if (provider.isEmpty() || model.isEmpty()) {
                throw new CatalogException(source + " line " + line + ": provider and model must not be empty");
            }
            return new Row(source, line, provider, model, header, cells);
        }

        String where() {
            return line == 0 ? source : source + " line " + line;
        }

        /** Empty if the cell is, or the column is not there. */
        String cell(String column) {
            Integer at = header.get(column);
            return at == null ? "" : cells.get(at);
        }

        boolean hasAny(Set<String> names) {
            for (Map.Entry<String, Integer> column : header.entrySet()) {
                if (!cells.get(column.getValue()).isEmpty() && names.contains(column.getKey())) {
                    return true;
                }
            }
            return false;
        }

        Price price() {
            return new Price(
                    provider,
                    model,
                    currency(),
                    date("effective"),
                    rates(this::cell, true),
                    tiers(),
                    fraction("batchDiscount"),
                    rate(this::cell, "webSearchPerThousand"),
                    number("sources").isPresent()
                            ? OptionalInt.of((int) number("sources").getAsLong())
                            : OptionalInt.empty(),
                    text("priceNote"));
        }

        private Rates rates(UnaryOperator<String> cells, boolean base) {
            Optional<BigDecimal> input = rate(cells, "input");
            Optional<BigDecimal> output = rate(cells, "output");
            if (input.isEmpty() || output.isEmpty()) {
                throw new CatalogException(where() + ": " + (base ? "a price" : "a tier")
                        + " needs 'input' and 'output'; write 0 where it is free");
            }
            return new Rates(
                    input.get(),
                    output.get(),
                    rate(cells, "cacheRead"),
                    rate(cells, "cacheWrite"),
                    rate(cells, "cacheWrite1h"),
                    rate(cells, "inputAudio"),
                    rate(cells, "inputImage"),
                    rate(cells, "outputAudio"),
                    rate(cells, "outputImage"),
                    rate(cells, "reasoningOutput"));
        }

        private List<Price.Tier> tiers() {
            Optional<String> text = text("tiers");
            if (text.isEmpty()) {
                return List.of();
            }
            List<Price.Tier> tiers = new ArrayList<>();
            for (String tier : text.get().split(";")) {
                String[] words = tier.trim().split("\\s+");
                if (!words[0].matches(">\\d{1,12}")) {
                    throw wrong("tiers", "such as '>200000 input=2.5 output=15'", tier.trim());
                }
                Map<String, String> cells = new LinkedHashMap<>();
                for (int i = 1; i < words.length; i++) {
                    int equals = words[i].indexOf('=');
                    if (equals <= 0 || !PRICE_COLUMNS.contains(words[i].substring(0, equals))) {
                        throw wrong("tiers", "such as '>200000 input=2.5 output=15'", words[i]);
                    }
                    cells.put(words[i].substring(0, equals), words[i].substring(equals + 1));
                }
                tiers.add(new Price.Tier(
                        Long.parseLong(words[0].substring(1)), rates(column -> cells.getOrDefault(column, ""), false)));
            }
            tiers.sort(Comparator.comparingLong(Price.Tier::aboveInputTokens));
            return tiers;
        }

        Model describedModel() {
            return new Model(
                    provider,
                    model,
                    text("name"),
                    text("family"),
                    number("context"),
                    number("maxOutput"),
                    modalities("inputs"),
                    modalities("outputs"),
                    flag("tools"),
                    flag("structuredOutput"),
                    flag("reasoning"),
                    flag("streaming"),
                    text("cutoff"),
                    text("released"),
                    date("deprecated"),
                    flag("openWeights"),
                    text("modelNote"));
        }

        private Optional<String> text(String column) {
            String cell = cell(column);
            return cell.isEmpty() ? Optional.empty() : Optional.of(cell);
        }

        private String currency() {
            String currency = text("currency").orElse("USD");
            if (!currency.matches("[A-Z]{3}")) {
                throw wrong("currency", "three capital letters such as USD", currency);
            }
            return currency;
        }

        private Optional<BigDecimal> rate(UnaryOperator<String> cells, String column) {
            String cell = cells.apply(column);
            if (cell.isEmpty()) {
                return Optional.empty();
            }
            if (!isRate(cell)) {
                throw wrong(column, "a price such as 1.25, below a million", cell);
            }
            return Optional.of(new BigDecimal(cell));
        }

        private Optional<BigDecimal> fraction(String column) {
            Optional<BigDecimal> fraction = rate(this::cell, column);
            if (fraction.isPresent() && fraction.get().compareTo(BigDecimal.ONE) > 0) {
                throw wrong(column, "a fraction from 0 to 1", fraction.get().toPlainString());
            }
            return fraction;
        }

        private OptionalLong number(String column) {
            Optional<String> cell = text(column);
            if (cell.isEmpty()) {
                return OptionalLong.empty();
            }
            if (cell.get().length() > 9 || !isDigits(cell.get())) {
                throw wrong(column, "a whole number", cell.get());
            }
            return OptionalLong.of(Long.parseLong(cell.get()));
        }

        private Optional<Boolean> flag(String column) {
            Optional<String> cell = text(column);
            if (cell.isPresent() && !cell.get().equals("true") && !cell.get().equals("false")) {
                throw wrong(column, "true or false", cell.get());
            }
            return cell.map(Boolean::valueOf);
        }

        private Optional<LocalDate> date(String column) {
            Optional<String> cell = text(column);
            try {
                return cell.map(LocalDate::parse);
            } catch (DateTimeParseException e) {
                throw wrong(column, "a date such as 2026-09-23", cell.orElse(""));
            }
        }

        private Set<Model.Modality> modalities(String column) {
            Set<Model.Modality> modalities = new TreeSet<>();
            for (String word : text(column).orElse("").split("\\|")) {
                if (!word.isBlank()) {
                    modalities.add(modality(column, word.trim()));
                }
            }
            return modalities;
        }

        private Model.Modality modality(String column, String word) {
            for (Model.Modality modality : Model.Modality.values()) {
                if (modality.name().toLowerCase(Locale.ROOT).equals(word)) {
                    return modality;
                }
            }
            throw wrong(column, "text, image, pdf, audio, video or embedding, divided by |", word);
        }

        private CatalogException wrong(String column, String expected, String came) {
            return new CatalogException(where() + ": '" + column + "' must be " + expected + " but is '" + came + "'");
        }
    }
}
