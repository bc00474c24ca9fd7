package io.github.camelllm.routes.dashboard;

import static io.github.camelllm.routes.ledger.TestLedger.attempt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Attempt;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.ledger.adjust.Adjustment;
import io.github.camelllm.routes.ledger.adjust.Adjustments;
import io.github.camelllm.routes.quality.DemoScores;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DashboardPagesTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2025-03-20T12:30:30Z"), ZoneOffset.UTC);
    private static final Pattern ROW = Pattern.compile("<tr>(.*?)</tr>", Pattern.DOTALL);
    private static final Pattern OLDER = Pattern.compile("<a href=\"(calls\\?[^\"]*)\">Older</a>");
    private static final Pattern NEWER = Pattern.compile("<a href=\"(calls\\?[^\"]*)\">Newer</a>");
    private static final Pattern CALLS = Pattern.compile("<a href=\"(calls\\?[^\"]*)\">");
    private static final String HOSTILE = "\"><script>alert(1)</script>&'=cmd|'/c calc'!A1";

    private static final Attempt[] SOME = {
        attempt("2025-03-20T12:29:10Z", "openai", "gpt-5-mini")
                .cost(1_500_000_001, "USD")
                .tag("team", "search"),
        attempt("2025-03-20T12:10:00Z", "openai", "gpt-5-mini")
                .cost(500_000_000, "USD")
                .tag("team", "support"),
        attempt("2025-03-20T11:59:00Z", "mistral", "small").cost(7, "EUR"),
        attempt("2025-03-20T12:00:00Z", "ollama", "llama3.2").interrupted()
    };

    /** The site of an application that has a ledger and no component. */
    private static DashboardSite site(TestLedger ledger) {
        DefaultCamelContext context = new DefaultCamelContext();
        context.getRegistry().bind("ledger", ledger.database());
        context.getPropertiesComponent().addInitialProperty("llm.ledger.tags", "team,routeId");
        return new DashboardSite(context, DashboardSettings.of(Map.of("auth", "none")), CLOCK);
    }

    private static String get(DashboardSite site, String address, int status) {
        int query = address.indexOf('?');
        DashboardResponse response = site.answer(new DashboardRequest(
                "GET",
                query < 0 ? address : address.substring(0, query),
                query < 0 ? Map.of() : DashboardRequest.parameters(address.substring(query + 1)),
                Map.of(),
                Map.of(),
                ""));
        String body = new String(response.body(), StandardCharsets.UTF_8);
        assertThat(response.status()).as("%s: %s", address, body).isEqualTo(status);
        return body;
    }

    private static String get(DashboardSite site, String address) {
        return get(site, address, 200);
    }

    /** Rows of a table as what stands in their cells. */
    private static List<String> rows(String html, String table) {
        int begin = html.indexOf("data-live=\"rows-" + table + "\"");
        assertThat(begin).as("%s in %s", table, html).isPositive();
        List<String> rows = new ArrayList<>();
        Matcher row = ROW.matcher(html.substring(begin, html.indexOf("</tbody>", begin)));
        while (row.find()) {
            rows.add(row.group(1)
                    .replaceAll("</t[hd]>", "|")
                    .replaceAll("<[^>]*>", "")
                    .replaceAll("\\s*\\|\\s*", "|")
                    .strip());
        }
        return rows;
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void theOverviewSaysWhatIsKnownAndHowMuchIsNot(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server).add(SOME)) {
            DashboardSite site = site(ledger);

            String html = get(site, "/?period=1h");

            assertThat(html)
                    .contains("<dd class=\"value\">0.000000007 EUR</dd>")
                    .contains("<dd class=\"value\">2.000000001 USD</dd>")
                    .contains("<dd class=\"value\">+ 1 unknown</dd>")
                    .contains("From 2025-03-20 11:31 to 2025-03-20 12:31 UTC.")
                    .contains("<div role=\"alert\" data-live=\"problem\"></div>");
            // A newcomer's first call is there within a second
            assertThat(get(site, "/")).contains("From 2025-03-20 11:31", "data-seconds=\"1\"");
            assertThat(rows(html, "attempts")).hasSize(60).contains("2025-03-20 12:29|1|0|", "2025-03-20 12:00|1|1|");
            assertThat(rows(html, "cost-usd")).contains("2025-03-20 12:29|1.500000001|", "2025-03-20 12:28|0.00|");
            assertThat(rows(html, "models"))
                    .anySatisfy(row -> assertThat(row).startsWith("ollama|llama3.2|1|100.0 %|unknown|–|1|"))
                    .anySatisfy(row -> assertThat(row).startsWith("openai|gpt-5-mini|2|0.0 %|–|2.000000001|–|"));
            for (PeriodChoice choice : PeriodChoice.values()) {
                get(site, "/?period=" + choice.id());
            }
        }
    }

    @Test
    void aMinuteOfUnknownCostIsAGapAndNotZero() throws Exception {
        try (TestLedger ledger =
                TestLedger.on(Server.H2).add(SOME).add(attempt("2025-03-20T12:10:00Z", "ollama", "llama3.2"))) {
            DashboardSite site = site(ledger);

            String html = get(site, "/?period=1h");
            assertThat(rows(html, "cost-usd"))
                    .contains(
                            "2025-03-20 12:00|unknown|",
                            "2025-03-20 12:10|0.50 + 1 unknown|",
                            "2025-03-20 12:28|0.00|",
                            "2025-03-20 12:29|1.500000001|");
            assertThat(html).containsPattern("2025-03-20 12:00</th>\\s*<td data-v=\"\" class=\"number warn\">unknown");
            assertThat(get(site, "/overview.csv?period=1h&table=cost-usd"))
                    .contains(
                            "begin,cost,currency\r\n",
                            "2025-03-20T12:00:00Z,,USD\r\n",
                            "2025-03-20T12:10:00Z,0.5,USD\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void theBreakdownCutsByWhatIsAskedForAndIsThereAsCsv(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server).add(SOME)) {
            DashboardSite site = site(ledger);

            assertThat(rows(get(site, "/breakdown?by=tag.team&period=24h"), "breakdown"))
                    .extracting(row -> row.substring(0, row.indexOf('|')))
                    .containsExactly("search", "support");
            assertThat(rows(get(site, "/breakdown?by=operation&period=24h"), "breakdown"))
                    .hasSize(1);
            assertThat(get(site, "/breakdown.csv?by=model&period=24h&provider=openai&table=breakdown"))
                    .startsWith("provider,model,attempts,errorPercent,costUSD,unpriced,")
                    .contains("openai,gpt-5-mini,2,0.0,2.000000001,,2000,200,");
            assertThat(get(site, "/breakdown.csv?by=provider&period=24h&table=breakdown"))
                    .contains("ollama,1,100.0,,,1,");
            assertThat(get(site, "/breakdown?by=tag.user", 400)).contains("by: expected one of provider, model");
            assertThat(get(site, "/breakdown.csv?table=other", 400)).contains("has no table &#39;other&#39;");
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void oneValueOfATagIsCutByModelAndDrawnOverTime(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server).add(SOME)) {
            DashboardSite site = site(ledger);

            String html = get(site, "/breakdown?by=model&period=24h&tag=team&tagValue=search");
            assertThat(rows(html, "breakdown")).singleElement().asString().startsWith("openai|gpt-5-mini|1|");
            assertThat(rows(html, "cost-usd")).contains("2025-03-20 12:00|1.500000001|", "2025-03-20 11:00|0.00|");
            assertThat(html).contains("data-seconds=\"10\"");
            assertThat(get(site, "/breakdown?by=model&period=24h")).doesNotContain("<figure");
            assertThat(get(site, "/breakdown?by=tag.routeId&tag=team&tagValue=search", 400))
                    .contains("one tag at a time");
            assertThat(get(site, "/breakdown?tag=team", 400)).contains("tagValue is missing");
            assertThat(get(site, "/breakdown?tag=user&tagValue=a", 400)).contains("tag: expected one of team, routeId");
        }
    }

    @Test
    void aRowLeadsToItsCallsOfThatPeriodAndNoOthers() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)
                .add(SOME)
                .add(
                        attempt("2025-03-20T12:20:00Z", "openai", "gpt-5")
                                .cost(1, "USD")
                                .tag("team", "search"),
                        attempt("2025-03-10T12:20:00Z", "openai", "gpt-5-mini")
                                .cost(1, "USD")
                                .tag("team", "search"))) {
            DashboardSite site = site(ledger);
            for (String page : List.of(
                    "/breakdown?by=tag.team&period=24h&model=gpt-5-mini",
                    "/breakdown?by=model&period=24h&tag=team&tagValue=search&model=gpt-5-mini")) {
                String link = address(get(site, page), CALLS);
                assertThat(link).contains("from=2025-03-19T13%3A00&to=2025-03-20T13%3A00");
                assertThat(rows(get(site, link), "calls"))
                        .as(link)
                        .singleElement()
                        .asString()
                        .startsWith("2025-03-20 12:29:10|");
            }
            assertThat(rows(get(site, address(get(site, "/?period=24h"), CALLS)), "calls"))
                    .hasSize(2);
        }
    }

    @Test
    void aRowOfAnEmptyTagLeadsNowhere() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)
                .add(attempt("2025-03-20T12:20:00Z", "openai", "gpt-5")
                        .cost(1, "USD")
                        .tag("team", ""))) {
            String html = get(site(ledger), "/breakdown?by=tag.team&period=24h");
            assertThat(rows(html, "breakdown")).singleElement().asString().startsWith("(empty)|1|");
            assertThat(address(html, CALLS)).isEmpty();
        }
    }

    @Test
    void aTagOfManyValuesIsCutWithoutLatencies() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2).add(SOME)) {
            ledger.execute(
                    "insert into llm_rollup select 'hour', timestamp with time zone '2025-03-20 12:00:00Z', 'team',"
                            + " 'user-' || \"X\", 'openai', 'gpt-5-mini', 'chat', 'USD', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0 from"
                            + " system_range(1, 499)");
            DashboardSite site = site(ledger);

            assertThat(rows(get(site, "/breakdown?by=tag.team&period=24h"), "breakdown"))
                    .hasSize(500)
                    .first()
                    .asString()
                    .startsWith("search|1|0.0 %|1.500000001|–|1,000|100|–|");
            assertThat(get(site, "/breakdown?by=tag.team&period=24h"))
                    .contains("The first 500 of 501. Latencies are left out where there are so many.");
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void callsAreListedOncePageByPageInBothDirections(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server)) {
            Attempt[] many = new Attempt[120];
            for (int i = 0; i < many.length; i++) {
                // Several of one instant, so that the id must decide
                many[i] = attempt("2025-03-20T12:00:0" + i / 20 + "Z", "openai", "gpt-5-mini")
                        .id(new UUID(0, i))
                        .cost(i, "USD");
            }
            ledger.add(many);
            DashboardSite site = site(ledger);

            List<List<String>> pages = new ArrayList<>();
            String next = "/calls?provider=openai";
            String html = "";
            while (!next.isEmpty()) {
                html = get(site, next);
                pages.add(rows(html, "calls"));
                next = address(html, OLDER);
            }
            assertThat(pages).extracting(List::size).containsExactly(50, 50, 20);
            assertThat(pages.stream().flatMap(List::stream).distinct()).hasSize(120);
            html = get(site, address(html, NEWER));
            assertThat(rows(html, "calls")).isEqualTo(pages.get(1));
            html = get(site, address(html, NEWER));
            assertThat(rows(html, "calls")).isEqualTo(pages.get(0));
            assertThat(address(html, NEWER)).isEmpty();
            String csv = get(site, "/calls.csv?provider=openai&table=calls");
            assertThat(csv.split("\r\n")).hasSize(121);
            String fromPage2 = get(site, address(get(site, "/calls"), OLDER).replace("/calls?", "/calls.csv?"));
            assertThat(fromPage2.split("\r\n")).hasSize(71);
            assertThat(csv).endsWith(fromPage2.substring(fromPage2.indexOf('\n') + 1));
            assertThat(get(site, "/calls?before=x", 400)).contains("expected a place in the list");
        }
    }

    private static String address(String html, Pattern link) {
        Matcher found = link.matcher(html);
        return found.find() ? "/" + found.group(1).replace("&amp;", "&") : "";
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void callsAreFilteredByEveryCondition(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server).add(SOME)) {
            // Looks like the tag team=search, and is another
            ledger.add(attempt("2025-03-20T12:20:00Z", "openai", "gpt-5")
                    .cost(1, "USD")
                    .tag("x\"team", "search"));
            DashboardSite site = site(ledger);

            assertThat(rows(get(site, "/calls"), "calls")).hasSize(5);
            assertThat(rows(get(site, "/calls?tag=team&tagValue=search"), "calls"))
                    .hasSize(1);
            assertThat(rows(get(site, "/calls?model=small&provider=mistral"), "calls"))
                    .hasSize(1);
            assertThat(rows(get(site, "/calls?outcome=interrupted"), "calls"))
                    .singleElement()
                    .satisfies(row -> assertThat(row).contains("|interrupted|").contains("|unknown|"));
            assertThat(rows(get(site, "/calls?from=2025-03-20T12:00&to=2025-03-20T12:10"), "calls"))
                    .hasSize(1);
            assertThat(get(site, "/calls?tag=team", 400)).contains("tagValue is missing");
            assertThat(get(site, "/calls?outcome=odd", 400)).contains("expected one of");
            assertThat(get(site, "/calls?from=yesterday", 400)).contains("expected a time such as");
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void aCallShowsAllItsAttemptsFromEitherId(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server)) {
            Attempt first =
                    attempt("2025-03-20T12:00:00Z", "openai", "gpt-5-mini").interrupted();
            Attempt second = attempt("2025-03-20T12:00:03Z", "mistral", "small")
                    .cost(42, "USD")
                    .tag("team", "a");
            ledger.add(first, second);
            ledger.execute("update llm_attempt set call_id = '" + first.id() + "', waited_micros = 500000, chunks = 17,"
                    + " started_after_micros = 3003000 where id = '" + second.id() + "'");
            ledger.execute("update llm_attempt set started_after_micros = 3000 where id = '" + first.id() + "'");
            DashboardSite site = site(ledger);

            assertThat(rows(get(site, "/calls"), "calls")).singleElement().satisfies(row -> assertThat(row)
                    .contains("|mistral|small|succeeded|", "|2|", "0.000000042 USD + 1 unknown"));
            for (UUID id : List.of(first.id(), second.id())) {
                String html = get(site, "/call?id=" + id);
                assertThat(rows(html, "attempts")).hasSize(2);
                assertThat(html)
                        .contains("1. openai/gpt-5-mini", "2. mistral/small")
                        .contains("waited 500 ms, first piece after 500 ms, 17 pieces, ended after 2.00 s, succeeded")
                        // Two of two seconds, a pause of half a second and a wait of half a second
                        .contains("<dt>Took</dt><dd class=\"\">5.00 s</dd>")
                        .contains("<dt>Of this at providers</dt><dd class=\"\">4.00 s</dd>")
                        .contains("<dt>Our own work before the first attempt</dt><dd class=\"\">3 ms</dd>")
                        .contains("<dt>Between attempts</dt><dd class=\"\">500 ms</dd>")
                        .contains("0.000000042 USD + 1 unknown");
            }
            assertThat(get(site, "/calls.csv"))
                    .startsWith("startedAt,callId,provider,model,outcome,errorType,attempts,latencyMs,firstChunkMs,"
                            + "inputTokens,outputTokens,cost,currency,otherCosts,unpricedAttempts,route\r\n")
                    .contains(",0.000000042,USD,,1,");
            assertThat(get(site, "/call.csv?table=attempts&id=" + first.id()))
                    .contains(",cost,currency,priceBook,", ",0.000000042,USD,");
            assertThat(get(site, "/call?id=" + new UUID(1, 1))).contains("has no call and no attempt");
            assertThat(get(site, "/call?id=x", 400)).contains("expected an id such as");
        }
    }

    @Test
    void aCorrectionIsANumberAndACurrencyAlsoIfItIsNegative() throws Exception {
        Attempt call = attempt("2025-03-20T12:00:00Z", "openai", "gpt-5-mini").cost(42, "USD");
        try (TestLedger ledger = TestLedger.on(Server.H2).add(call)) {
            Adjustment correction = new Adjustment(
                    new UUID(7, 7),
                    Optional.of(call.id()),
                    CLOCK.instant(),
                    "openai",
                    "gpt-5-mini",
                    "chat",
                    "USD",
                    -1_500_000,
                    Optional.empty(),
                    Map.of(),
                    false,
                    "too much",
                    "alice");
            try (Connection connection = ledger.database().connection()) {
                new Adjustments(CLOCK).post(connection, List.of(correction));
                connection.commit();
            }

            assertThat(get(site(ledger), "/call.csv?table=corrections&id=" + call.id()))
                    .startsWith("enteredAt,amount,currency,reason,actor,attempt\r\n")
                    .contains(",-0.0015,USD,too much,alice,");
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void modelsAreComparedAndRepricedOnAnother(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server)
                .add(
                        attempt("2025-03-20T12:00:00Z", "openai", "gpt-5").cost(2_250_000, "USD"),
                        attempt("2025-03-20T12:01:00Z", "ollama", "llama3.2").interrupted())) {
            DashboardSite site = site(ledger);

            // 1,000 tokens in and 100 out, at 0.05 and 0.4 dollars a million
            String html = get(site, "/compare?period=24h&on=openai/gpt-5-nano");
            assertThat(rows(html, "what-if"))
                    .contains("openai/gpt-5|0.00225 USD|–|0.00009 USD|-0.00216 USD|")
                    .contains("ollama/llama3.2|unknown|1|unknown|unknown|")
                    .contains("All|0.00225 USD|1|0.00009 USD at least|unknown|");
            assertThat(rows(html, "scatter-usd")).singleElement().satisfies(row -> assertThat(row)
                    .startsWith("openai/gpt-5|")
                    .endsWith("|≈ 2.2500|–|"));
            assertThat(get(site, "/compare.csv?period=24h&on=openai/gpt-5-nano&table=what-if"))
                    .startsWith("model,cost,unpriced,costOnOther,difference,currency\r\n")
                    .contains("openai/gpt-5,0.00225,,0.000090000,-0.002160000,USD\r\n");
            assertThat(get(site, "/compare?on=gpt-5-nano", 400)).contains("expected provider/model");
            assertThat(get(site, "/compare?on=ollama/llama3.2", 400)).contains("has no price");
        }
    }

    @Test
    void averagesAreOfThoseAttemptsThatHadSuchACost() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)
                .add(
                        attempt("2025-03-20T12:00:00Z", "openai", "gpt-5").cost(2_250_000, "USD"),
                        attempt("2025-03-20T12:00:00Z", "mistral", "small").cost(1_000_000, "USD"),
                        attempt("2025-03-20T12:01:00Z", "mistral", "small").cost(4_000_000, "EUR"),
                        attempt("2025-03-20T12:02:00Z", "ollama", "llama3.2"))) {
            // Refused, so that nothing was charged and no token was taken
            sum(ledger, "openai/gpt-5", "", "3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0");
            // Priced when its price became known
            ledger.execute("update llm_rollup set unpriced = 0 where provider = 'ollama'");
            sum(ledger, "ollama/llama3.2", "USD", "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3000000, 0");

            assertThat(rows(get(site(ledger), "/compare?period=24h"), "models"))
                    .anySatisfy(row -> assertThat(row).startsWith("openai/gpt-5|4|75.0 %|–|≈ 2.2500|–|1,000|100|"))
                    .anySatisfy(
                            row -> assertThat(row).startsWith("mistral/small|2|0.0 %|≈ 4.0000|≈ 1.0000|–|1,000|100|"))
                    .anySatisfy(row -> assertThat(row).startsWith("ollama/llama3.2|1|0.0 %|–|≈ 3.0000|–|1,000|100|"));
        }
    }

    /** A row of sums of that hour; columns as they are listed. */
    private static void sum(TestLedger ledger, String model, String currency, String sums) throws SQLException {
        ledger.execute("insert into llm_rollup values ('hour', timestamp with time zone '2025-03-20 12:00:00Z', '', '',"
                + " '" + model.replace("/", "', '") + "', 'chat', '" + currency + "', " + sums + ")");
    }

    @Test
    void whatCostInAnotherCurrencyIsNotInASumWithIt() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)
                .add(
                        attempt("2025-03-20T12:00:00Z", "openai", "gpt-5").cost(2_250_000, "USD"),
                        attempt("2025-03-20T12:01:00Z", "mistral", "small").cost(4_000_000, "EUR"),
                        attempt("2025-03-20T12:02:00Z", "mistral", "medium").cost(1_000_000, "USD"),
                        attempt("2025-03-20T12:03:00Z", "mistral", "medium").cost(4_000_000, "EUR"))) {
            String html = get(site(ledger), "/compare?period=24h&on=openai/gpt-5-nano");
            assertThat(rows(html, "what-if"))
                    .containsExactlyInAnyOrder(
                            "openai/gpt-5|0.00225 USD|–|0.00009 USD|-0.00216 USD|",
                            "mistral/small|–|–|0.00009 USD|–|",
                            "mistral/medium|–|–|0.00018 USD|–|",
                            "All|0.00225 USD|–|0.00009 USD|-0.00216 USD|");
            assertThat(html).contains("All leaves out 2 of the models: they cost something in another currency.");
        }
    }

    @Test
    void allIsUnknownWhereNoCostIsKnown() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2).add(attempt("2025-03-20T12:02:00Z", "ollama", "llama3.2"))) {
            String html = get(site(ledger), "/compare?period=24h&on=openai/gpt-5-nano");
            assertThat(rows(html, "what-if"))
                    .anySatisfy(
                            row -> assertThat(row).startsWith("All|unknown|").endsWith("|unknown|"));
        }
    }

    @Test
    void allCountsModelsThatAreNotListed() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)) {
            Attempt[] many = new Attempt[201];
            for (int i = 0; i < many.length; i++) {
                many[i] = attempt("2025-03-20T12:00:00Z", "openai", "gpt-" + i).cost(10_000_000, "USD");
            }
            String html = get(site(ledger.add(many)), "/compare?period=24h&on=openai/gpt-5-nano");
            assertThat(rows(html, "what-if")).hasSize(201).contains("All|2.01 USD|–|0.01809 USD|-1.99191 USD|");
            assertThat(rows(html, "models")).hasSize(200);
            assertThat(html).contains("All has the others too.", "The 200 asked most of 201.");
        }
    }

    /** 8 of 10 have Wilson's interval from 0.490 to 0.943. */
    @ParameterizedTest
    @EnumSource(Server.class)
    void modelsAreRankedByTaskAndJudge(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server)) {
            LocalDate day = LocalDate.of(2025, 3, 20);
            DemoScores.add(ledger, day, "letters", "feedback", "openai/gpt-5", 10, 8);
            DemoScores.add(ledger, day, "letters", "feedback", "openai/gpt-5-mini", 4, 4);
            DemoScores.add(ledger, day.minusDays(1), "letters", "refusal", "openai/gpt-5", 1, 0);
            DemoScores.add(ledger, day, "mail", "feedback", "openai/gpt-5", 1, 1);
            DemoScores.add(ledger, day.minusDays(40), "letters", "feedback", "openai/gpt-5", 99, 0);
            DashboardSite site = site(ledger);

            assertThat(rows(get(site, "/quality"), "leaderboard"))
                    .containsExactly(
                            "openai/gpt-5-mini|letters|feedback|4|1.000|0.510|1.000|≈ 1.0000|1.00 s|",
                            "openai/gpt-5|letters|feedback|10|0.800|0.490|0.943|≈ 1.0000|1.00 s|",
                            "openai/gpt-5|letters|refusal|1|0.000|0.000|0.793|≈ 1.0000|1.00 s|",
                            "openai/gpt-5|mail|feedback|1|1.000|0.207|1.000|≈ 1.0000|1.00 s|");
            assertThat(rows(get(site, "/quality?task=letters&score=refusal"), "leaderboard"))
                    .hasSize(1);
            assertThat(get(site, "/quality.csv?period=7d&table=leaderboard"))
                    .startsWith("model,task,judgedBy,scores,mean,low,high,costOfThousandUSD,latencyMs\r\n"
                            + "openai/gpt-5-mini,letters,feedback,4,1.000,0.510,1.000,1.0000,1000\r\n");
            assertThat(get(site, "/quality?task=nothing")).contains("There are no scores of that time yet.");
        }
    }

    /** In a comparison all scores of a model count: 8 + 0 of 11, 0.727. */
    @Test
    void aComparisonHasTheQualityOfEachModel() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)
                .add(attempt("2025-03-20T12:00:00Z", "openai", "gpt-5").cost(2_250_000, "USD"))) {
            DemoScores.add(ledger, LocalDate.of(2025, 3, 20), "letters", "feedback", "openai/gpt-5", 10, 8);
            DemoScores.add(ledger, LocalDate.of(2025, 3, 20), "letters", "refusal", "openai/gpt-5", 1, 0);
            String html = get(site(ledger), "/compare?period=24h");
            assertThat(rows(html, "scatter-usd")).singleElement().asString().endsWith("|≈ 2.2500|0.727|");
            assertThat(rows(html, "models")).singleElement().asString().endsWith("|0.727|11|");
        }
    }

    @Test
    void pricesOfModelsInUseAreShownAndUnknownOnesAreUnknown() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2).add(SOME)) {
            DashboardSite site = site(ledger);

            assertThat(rows(get(site, "/prices"), "prices"))
                    .anySatisfy(row -> assertThat(row).startsWith("openai|gpt-5-mini|USD|0.25|2.00|"))
                    .anySatisfy(row -> assertThat(row).startsWith("ollama|llama3.2|unknown|unknown|unknown|"));
            assertThat(rows(get(site, "/prices?provider=anthropic&q=haiku"), "prices"))
                    .isNotEmpty()
                    .allSatisfy(row -> assertThat(row).containsIgnoringCase("haiku"));
            assertThat(get(site, "/prices?provider=nobody", 400)).contains("expected a provider of the price book");
        }
    }

    /** Names of models and tags come from callers. */
    @ParameterizedTest
    @EnumSource(Server.class)
    void hostileNamesAreTextEverywhere(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server)
                .add(attempt("2025-03-20T12:00:00Z", HOSTILE.substring(0, 40), HOSTILE)
                        .cost(1, "USD")
                        .tag("team", HOSTILE)
                        .tag("routeId", HOSTILE)
                        .tag(HOSTILE, "=1+1"))) {
            DemoScores.add(
                    ledger,
                    LocalDate.of(2025, 3, 20),
                    HOSTILE.replace("'", "''"),
                    HOSTILE.replace("'", "''"),
                    "openai/" + HOSTILE,
                    1,
                    1);
            String id = ledger.query("select call_id from llm_attempt").get(0);
            DashboardSite site = site(ledger);
            String encoded = Links.query("model", HOSTILE).substring("?model=".length());
            for (String address : List.of(
                    "/?period=24h",
                    "/breakdown?by=model&period=24h",
                    "/breakdown?by=tag.team&period=24h",
                    "/breakdown?by=provider&period=24h&model=" + encoded,
                    "/calls?model=" + encoded + "&tag=team&tagValue=" + encoded,
                    "/call?id=" + id,
                    "/compare?period=24h",
                    "/quality?period=24h",
                    "/quality?task=" + encoded + "&score=" + encoded,
                    "/prices?q=" + encoded)) {
                assertThat(get(site, address))
                        .as(address)
                        .doesNotContain("<script>alert", "\"><script", "javascript:")
                        .doesNotContainPattern("<script(?! src=\"static/)");
            }
            assertThat(rows(get(site, "/calls?model=" + encoded + "&tag=team&tagValue=" + encoded), "calls"))
                    .hasSize(1);
            for (String address :
                    List.of("/compare?on=" + encoded, "/breakdown?by=" + encoded, "/call?id=" + encoded)) {
                assertThat(get(site, address, 400)).doesNotContain("<script>alert");
            }
            // Nor is it a formula in a spreadsheet
            assertThat(get(site, "/call.csv?id=" + id + "&table=tags")).contains(",'=1+1\r\n");
        }
    }

    @Test
    void aQueryThatIsNoneIsRefused() {
        assertThatThrownBy(() -> DashboardRequest.parameters("a=%zz")).hasMessageContaining("wrong escape");
        assertThatThrownBy(() -> DashboardRequest.parameters("a=" + "b".repeat(5000)))
                .hasMessageContaining("at most 4096 characters");
        assertThat(DashboardRequest.parameters("a=1&a=2&b&=c&d=%C3%A9+x")).isEqualTo(Map.of("a", "1", "d", "é x"));
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)) {
            DashboardSite site = site(ledger);
            assertThat(get(site, "/nothing", 404)).contains("There is no such page");
            get(site, "/static/../templates/page.peb", 404);
            for (String page : List.of(
                    "/",
                    "/breakdown",
                    "/calls",
                    "/call",
                    "/budgets",
                    "/health",
                    "/routers",
                    "/compare",
                    "/quality",
                    "/prices")) {
                assertThat(get(site, page)).as(page).contains("<h1>");
            }
        }
    }

    @Test
    void aDatabaseThatIsAwayIsSaidAndNotShown() throws Exception {
        TestLedger ledger = TestLedger.on(Server.H2);
        DashboardSite site = site(ledger);
        get(site, "/");
        ledger.close();
        assertThat(get(site, "/", 503)).contains("cannot be asked").doesNotContain("jdbc", "Hikari", "Exception");
    }
}
