package io.github.camelllm.routes.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class FailureTest {
    private static Exchange failed(Exception failure) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setException(failure);
        return exchange;
    }

    @Test
    void databaseThatIsAwayIsNotTheMessagesFaultButAValueThatItRefusesIs() {
        assertThat(Failure.isFinal(failed(new SQLException("away", "08001")))).isFalse();
        assertThat(Failure.isFinal(failed(new SQLException("no such table", "42S02"))))
                .isFalse();
        assertThat(Failure.isFinal(failed(new SQLException("stored meanwhile", "23505"))))
                .isFalse();
        assertThat(Failure.isFinal(failed(new RuntimeCamelException(new SQLException("too long", "22001")))))
                .isTrue();
        assertThat(Failure.isFinal(failed(new RuntimeCamelException(new IOException("broken line")))))
                .isFalse();
        assertThat(Failure.isFinal(failed(new IllegalArgumentException("no text"))))
                .isTrue();
    }

    @Test
    void reasonHoldsNoWordOfTheMessage() {
        Exchange exchange =
                failed(new RuntimeCamelException(new SQLException("Value too long: 'my secret question'", "22001")));

        assertThat(Failure.reason(exchange)).isEqualTo("SQLException, SQL state 22001");
        assertThat(Failure.kind(exchange)).isEqualTo("SQLException");
        assertThat(Failure.reason(failed(new IllegalArgumentException("my secret question"))))
                .isEqualTo("IllegalArgumentException");
    }

    @Test
    void waitsTwiceAsLongEachTimeButNeverMuchMoreThanAMinute() {
        Exchange exchange = failed(new IOException());

        assertThat(Failure.waitBeforeRepetition(exchange, 0, 1_000)).isBetween(900L, 1_100L);
        assertThat(Failure.waitBeforeRepetition(exchange, 2, 1_000)).isBetween(3_600L, 4_400L);
        assertThat(Failure.waitBeforeRepetition(exchange, 1_000_000, 1_000)).isBetween(54_000L, 66_000L);
        assertThat(Failure.waitBeforeDelivery(exchange, 1, 1_000)).isBetween(900L, 1_100L);
        assertThat(Failure.waitBeforeDelivery(exchange, null, 1_000)).isBetween(900L, 1_100L);
    }

    @Test
    void refusesAWordThatItDoesNotKnow() {
        assertThatThrownBy(() -> Failure.isGivenUp(failed(new IOException()), "ignore"))
                .hasMessage("onExhausted: expected retry or dead-letter, got ignore");
    }

    @Test
    void keepsRecordsOfOneKeyInOneLaneAlsoIfKeysAreBytes() {
        List<Exchange> batch = List.of(
                record(new byte[] {1}, "a1"),
                record(new byte[] {2}, "b1"),
                record(null, "c1"),
                record(new byte[] {1}, "a2"));

        assertThat(KafkaRecords.lanes(batch, 2))
                .extracting(lane -> lane.stream().map(Message::getBody).toList())
                .containsExactly(List.of("a1", "a2"), List.of("b1", "c1"));
        assertThatThrownBy(() -> KafkaRecords.lanes(batch, 11))
                .hasMessage("parallelism: expected 1 to 10 records at a time, got 11");
    }

    private static Exchange record(byte[] key, String body) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setHeader(KafkaConstants.KEY, key);
        exchange.getMessage().setBody(body);
        return exchange;
    }
}
