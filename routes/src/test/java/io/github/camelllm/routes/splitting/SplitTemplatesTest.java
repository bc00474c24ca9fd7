package io.github.camelllm.routes.splitting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.routes.testing.Dsl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SplitTemplatesTest {
    private final DefaultCamelContext context = new DefaultCamelContext();

    @TempDir
    Path folder;

    private static RouteBuilder twin(String format) {
        return switch (format) {
            case "csv" -> new SplitCsvTemplate();
            case "json" -> new SplitJsonTemplate();
            case "xml" -> new SplitXmlTemplate();
            case "text" -> new SplitTextTemplate();
            case "pdf" -> new SplitPdfTemplate();
            default -> throw new IllegalArgumentException(format);
        };
    }

    private MockEndpoint start(Dsl dsl, String format, Map<String, String> parameters) throws Exception {
        dsl.load(context, "llm-split-" + format, twin(format));
        TemplatedRouteBuilder route = TemplatedRouteBuilder.builder(context, "llm-split-" + format)
                .parameter("from", "direct:file")
                .parameter("to", "mock:record");
        parameters.forEach(route::parameter);
        route.add();
        context.start();
        return context.getEndpoint("mock:record", MockEndpoint.class);
    }

    private Exchange send(Object body) {
        return context.createProducerTemplate().request("direct:file", exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeader(Exchange.FILE_NAME, "file");
        });
    }

    private static List<Object> bodies(MockEndpoint mock) {
        return mock.getExchanges().stream()
                .map(exchange -> exchange.getMessage().getBody())
                .toList();
    }

    @AfterEach
    void close() {
        context.stop();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void csvRecordsAreMapsAndTheBodyStaysTheFile(Dsl dsl) throws Exception {
        MockEndpoint records = start(dsl, "csv", Map.of("delimiter", ";"));
        String csv = "id;text\n1;\"a;b\"\n2;c\n";

        Exchange file = send(csv);

        assertThat(file.getException()).isNull();
        assertThat(bodies(records)).containsExactly(Map.of("id", "1", "text", "a;b"), Map.of("id", "2", "text", "c"));
        assertThat(records.getExchanges().get(1).getMessage().getHeader(SplitHeaders.NUMBER))
                .isEqualTo(2L);
        assertThat(file.getMessage().getBody()).isEqualTo(csv);
        assertThat(file.getMessage().getHeader(SplitHeaders.RECORDS)).isEqualTo(2L);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void csvWithoutHeaderGivesLists(Dsl dsl) throws Exception {
        MockEndpoint records = start(dsl, "csv", Map.of("header", "false", "delimiter", "tab"));

        send("1\ta\n2\tb");

        assertThat(bodies(records)).containsExactly(List.of("1", "a"), List.of("2", "b"));
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void aBadRecordStopsTheSplitAndNamesItsPlaceButNotItsContent(Dsl dsl) throws Exception {
        MockEndpoint records = start(dsl, "csv", Map.of());

        Exchange file = send("id,text\n1,a\n2,secret,more\n3,c\n");

        assertThat(file.getException())
                .isInstanceOf(BadRecordException.class)
                .hasMessage("record 2 (line 3): expected 2 fields as in the header, got 3");
        assertThat(bodies(records)).containsExactly(Map.of("id", "1", "text", "a"));
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void withAFolderBadRecordsGoThereAndTheRestGoesOn(Dsl dsl) throws Exception {
        MockEndpoint records = start(dsl, "csv", Map.of("deadLetters", folder.toString(), "source", "${file:name}"));

        Exchange file = send("id,text\n1,a\n2,b,more\n3,c\n");

        assertThat(file.getException()).isNull();
        assertThat(bodies(records)).hasSize(2);
        assertThat(file.getMessage().getHeader(SplitHeaders.BAD)).isEqualTo(1L);
        JsonNode letter = new ObjectMapper().readTree(Files.readString(folder.resolve("file.bad.jsonl")));
        assertThat(letter).isEqualTo(new ObjectMapper().readTree("""
                                {"source": "file", "record": 2, "line": 3, "reason": "BadRecordException",
                                 "message": "record 2 (line 3): expected 2 fields as in the header, got 3",
                                 "data": "2,b,more"}
                                """));
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void tooManyBadRecordsStopTheSplit(Dsl dsl) throws Exception {
        start(dsl, "csv", Map.of("deadLetters", folder.toString(), "maxBadRecords", "2"));

        Exchange file = send("id,text\n1\n2\n3\n4\n");

        assertThat(file.getException())
                .hasMessage("stopped at record 3 (line 4): more than maxBadRecords=2 records are bad");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void aFailingEndpointStopsTheSplit(Dsl dsl) throws Exception {
        MockEndpoint records = start(dsl, "csv", Map.of("parallelism", "4", "deadLetters", folder.toString()));
        AtomicInteger seen = new AtomicInteger();
        records.whenAnyExchangeReceived(exchange -> {
            if (seen.incrementAndGet() == 10) {
                throw new IllegalStateException("the queue is away");
            }
        });

        Exchange file = send("id\n" + "1\n".repeat(100_000));

        assertThat(file.getException()).hasMessage("the queue is away");
        // Those under way may end, and a few more begin before the failure is known
        assertThat(seen.get()).isLessThan(10_000);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void jsonArraysAndJsonLinesGiveTheSameRecords(Dsl dsl) throws Exception {
        MockEndpoint records = start(dsl, "json", Map.of());

        send(" [ {\"id\": 1, \"tags\": [\"a\", {\"b\": null}]},\n {\"id\": 2} ] ");
        send("{\"id\": 1, \"tags\": [\"a\", {\"b\": null}]}\n\n{\"id\": 2}");

        List<Object> bodies = bodies(records);
        assertThat(bodies.subList(0, 2)).isEqualTo(bodies.subList(2, 4));
        assertThat(bodies.get(0)).hasToString("{id=1, tags=[a, {b=null}]}");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void aLineThatIsNoJsonCostsThatLineOnly(Dsl dsl) throws Exception {
        MockEndpoint records = start(dsl, "json", Map.of("deadLetters", folder.toString(), "source", "x"));

        send("{\"id\": 1}\n{\"id\": \n{\"id\": 3}\n");

        assertThat(bodies(records)).hasSize(2);
        assertThat(Files.readString(folder.resolve("x.bad.jsonl")))
                .contains("no JSON at column")
                .contains("\"line\":2");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void anArrayThatBreaksOffEndsInAnErrorAfterTheRecordsBefore(Dsl dsl) throws Exception {
        MockEndpoint records = start(dsl, "json", Map.of());

        Exchange file = send("[{\"id\": 1},\n{\"id\": 2},\n{\"secret\": ");

        assertThat(file.getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("record 3")
                .hasMessageContaining("line 3")
                .hasMessageNotContaining("secret");
        assertThat(bodies(records)).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void xmlElementsKeepTheirNamespaces(Dsl dsl) throws Exception {
        MockEndpoint records = start(dsl, "xml", Map.of("element", "//order"));

        Exchange file =
                send("<orders xmlns:p=\"urn:p\"><order id=\"1\"><p:x>æ</p:x></order>\n<order id=\"2\"/></orders>"
                        .getBytes(StandardCharsets.UTF_8));

        assertThat(file.getException()).isNull();
        assertThat(bodies(records))
                .hasSize(2)
                .first()
                .asString()
                .contains("<p:x>æ</p:x>")
                .contains("xmlns:p=\"urn:p\"");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void xmlThatIsNotWellFormedEndsInAnErrorAfterTheRecordsBefore(Dsl dsl) throws Exception {
        MockEndpoint records = start(dsl, "xml", Map.of("element", "//order"));

        Exchange file =
                send("<orders><order>1</order>\n<order>2</order><order>3</orders>".getBytes(StandardCharsets.UTF_8));

        assertThat(file.getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the XML is not well-formed at line 2");
        assertThat(bodies(records)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void textComesInChunksThatEndWithSentences(Dsl dsl) throws Exception {
        MockEndpoint records = start(dsl, "text", Map.of("chunkTokens", "60", "overlapTokens", "12"));
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 60; i++) {
            text.append("This is sentence number ").append(i).append(i % 7 == 0 ? ".\n\n" : ". ");
        }

        send(text.toString());

        List<Object> chunks = bodies(records);
        assertThat(chunks).hasSizeGreaterThan(5).allSatisfy(chunk -> {
            assertThat(RecordSplit.TOKENS.count("gpt-4o", chunk.toString()).upperBound())
                    .isLessThanOrEqualTo(60);
            assertThat(chunk.toString()).startsWith("This is").endsWith(".");
        });
        assertThat(String.join(" ", chunks.stream().map(Object::toString).toList()))
                .contains("number 1.", "number 60.");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void pdfPagesAreTexts(Dsl dsl) throws Exception {
        MockEndpoint records = start(dsl, "pdf", Map.of("chunkTokens", "20"));
        Path pdf = folder.resolve("letter.pdf");
        try (PDDocument document = new PDDocument()) {
            for (int i = 1; i <= 3; i++) {
                PDPage page = new PDPage();
                document.addPage(page);
                try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                    content.beginText();
                    content.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
                    content.newLineAtOffset(50, 700);
                    content.showText("Page " + i + " says that the parcel was delivered late and was wet inside.");
                    content.endText();
                }
            }
            document.save(pdf.toFile());
        }

        Exchange file = send(pdf.toFile());

        assertThat(file.getException()).isNull();
        assertThat(bodies(records))
                .hasSize(3)
                .last()
                .isEqualTo("Page 3 says that the parcel was delivered late and was wet inside.");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void eachRecordIsGivenOnOnceWhateverTheParallelism(Dsl dsl) throws Exception {
        MockEndpoint records = start(dsl, "csv", Map.of("parallelism", "16"));
        StringBuilder csv = new StringBuilder("id\n");
        for (int i = 1; i <= 5000; i++) {
            csv.append(i).append('\n');
        }

        Exchange file = send(csv.toString());

        Map<Long, Object> seen = new TreeMap<>();
        records.getExchanges()
                .forEach(exchange -> seen.put(
                        exchange.getMessage().getHeader(SplitHeaders.NUMBER, Long.class),
                        exchange.getMessage().getBody()));
        assertThat(records.getExchanges()).hasSize(5000);
        assertThat(seen).hasSize(5000).containsEntry(4711L, Map.of("id", "4711"));
        assertThat(file.getMessage().getHeader(SplitHeaders.RECORDS)).isEqualTo(5000L);
    }

    /** The PDF's is the same but for its format. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            csv  |                 | 'a,b
            1,2'                                    | {a=1, b=2}
            json |                 | [{"a": 1}]     | {a=1}
            xml  | &element=//a    | <l><a>1</a></l>| <a>1</a>
            text | &chunkTokens=90 | One is here.   | One is here.
            """)
    void theKameletIsOneStep(String format, String options, String file, String record) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:file")
                        .to("kamelet:llm-split-" + format + "-action?to=mock:record" + (options == null ? "" : options))
                        .setHeader("after", simple("${header.LlmRecords}"));
            }
        });
        context.start();

        Exchange sent = send(file);

        assertThat(sent.getMessage().getHeader("after", Long.class)).isEqualTo(1);
        assertThat(bodies(context.getEndpoint("mock:record", MockEndpoint.class)))
                .hasSize(1)
                .first()
                .hasToString(record);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void anOptionThatMakesNoSenseIsRefusedAtTheStart(Dsl dsl) {
        List<String> messages = new ArrayList<>();
        assertThatThrownBy(() -> start(dsl, "csv", Map.of("delimiter", "ab"))).satisfies(failure -> {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                messages.add(String.valueOf(cause.getMessage()));
            }
        });
        assertThat(messages).contains("delimiter: expected one character or tab, got ab");
    }
}
