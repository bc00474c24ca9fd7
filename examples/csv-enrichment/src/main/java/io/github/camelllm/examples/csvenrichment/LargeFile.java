package io.github.camelllm.examples.csvenrichment;

import io.github.camelllm.routes.splitting.SplitCsvTemplate;
import io.github.camelllm.routes.splitting.SplitHeaders;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** Splits a CSV file that is far larger than the heap, asks about every thousandth record, and prints heap and speed. */
public final class LargeFile {
    private static final int ASKED_EVERY = 1000;

    private LargeFile() {}

    public static void main(String[] args) throws Exception {
        long megabytes = Long.getLong("bench.megabytes", 1024);
        System.exit(run(megabytes, System.out) ? 0 : 1);
    }

    /** @return whether every record came out once */
    static boolean run(long megabytes, PrintStream out) throws Exception {
        Path folder = Files.createTempDirectory("large-csv");
        Path file = folder.resolve("feedback.csv");
        try {
            long rows = write(file, megabytes << 20);
            return split(file, rows, out);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private static long write(Path file, long bytes) throws IOException {
        long rows = 0;
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            SampleFeedback.header(out);
            Counter counted = new Counter(out);
            while (counted.chars < bytes) {
                rows++;
                if (SampleFeedback.isBroken(rows)) {
                    counted.write("F" + rows + ",2026-01-01,web,C1000,short\r\n");
                } else {
                    SampleFeedback.row(counted, rows);
                }
            }
        }
        return rows;
    }

    /** All characters of the sample are one byte long. */
    private static final class Counter extends java.io.FilterWriter {
        private long chars;

        Counter(java.io.Writer out) {
            super(out);
        }

        @Override
        public void write(String text, int offset, int length) throws IOException {
            chars += length;
            out.write(text, offset, length);
        }
    }

    private static boolean split(Path file, long rows, PrintStream out) throws Exception {
        AtomicLong seen = new AtomicLong();
        try (Simulator simulator = Simulator.builder()
                        .responder(Responders.always(ScriptedAnswer.text("ok")))
                        .build()
                        .start();
                CamelContext context = new DefaultCamelContext()) {
            Properties properties = new Properties();
            properties.setProperty("llm.provider.simulator.baseUrl", simulator.baseUrl(SimulatedDialect.OPENAI));
            context.getPropertiesComponent().setInitialProperties(properties);
            context.addRoutes(new SplitCsvTemplate());
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:record")
                            .process(exchange -> seen.incrementAndGet())
                            .filter(exchange ->
                                    exchange.getMessage().getHeader(SplitHeaders.NUMBER, Long.class) % ASKED_EVERY == 0)
                            .setBody(simple("${body[text]}"))
                            .to("llm:simulator/any?maxTokens=5");
                }
            });
            TemplatedRouteBuilder.builder(context, "llm-split-csv")
                    .parameter("from", "direct:file")
                    .parameter("to", "direct:record")
                    .parameter("parallelism", "4")
                    .add();
            context.start();
            long begin = System.nanoTime();
            Exchange done = context.createProducerTemplate().request("direct:file", exchange -> {
                exchange.getMessage().setBody(file.toFile());
                exchange.getMessage()
                        .setHeader(Exchange.FILE_NAME, file.toFile().getName());
            });
            double seconds = (System.nanoTime() - begin) / 1e9;
            if (done.getException() != null) {
                throw done.getException();
            }
            long bytes = Files.size(file);
            out.printf("%-24s %,12d%n", "bytes", bytes);
            out.printf("%-24s %,12d%n", "records", rows);
            out.printf("%-24s %,12d%n", "asked", simulator.requestCount());
            out.printf("%-24s %,12.1f%n", "MB/s", bytes / 1048576.0 / seconds);
            out.printf("%-24s %,12.0f%n", "records/s", rows / seconds);
            out.printf("%-24s %,12d%n", "heap limit, MB", Runtime.getRuntime().maxMemory() >> 20);
            out.printf("%-24s %,12d%n", "heap peak, MB", peak(false));
            out.printf("%-24s %,12d%n", "heap after a collection, MB", peak(true));
            boolean whole = seen.get() == rows && simulator.requestCount() == rows / ASKED_EVERY;
            out.println(whole ? "splitting: every record came out once" : "splitting: " + seen.get() + " of " + rows);
            return whole;
        }
    }

    private static long peak(boolean afterCollection) {
        long bytes = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                bytes += afterCollection && pool.getCollectionUsage() != null
                        ? pool.getCollectionUsage().getUsed()
                        : afterCollection ? 0 : pool.getPeakUsage().getUsed();
            }
        }
        return bytes >> 20;
    }
}
