package io.github.camelllm.routes.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.converter.stream.ByteArrayInputStreamCache;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.ExchangeHelper;
import org.junit.jupiter.api.Test;

class QuestionTest {
    private static final byte[] TEXT = "How many?".getBytes(StandardCharsets.UTF_8);

    @Test
    void isOneStreamForEachPreparedCopyOfAnExchange() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            Exchange original = new DefaultExchange(context);
            original.setVariable(Question.VARIABLE, new ByteArrayInputStreamCache(new ByteArrayInputStream(TEXT)));
            Exchange one = ExchangeHelper.createCorrelatedCopy(original, false);
            Exchange other = ExchangeHelper.createCorrelatedCopy(original, false);
            new Question().process(one);
            new Question().process(other);

            InputStream read = one.getVariable(Question.VARIABLE, InputStream.class);
            byte[] start = read.readNBytes(3);
            // To look a variable up sets a stream back to its beginning
            original.getVariable(Question.VARIABLE);
            byte[] whole =
                    other.getVariable(Question.VARIABLE, InputStream.class).readAllBytes();

            assertThat(start).asString().isEqualTo("How");
            assertThat(read.readAllBytes()).asString().isEqualTo(" many?");
            assertThat(whole).isEqualTo(TEXT);
        }
    }

    @Test
    void staysWhatItIsIfItIsNoStream() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(context);
            exchange.setVariable(Question.VARIABLE, TEXT);

            new Question().process(exchange);

            assertThat(exchange.getVariable(Question.VARIABLE)).isSameAs(TEXT);
        }
    }
}
