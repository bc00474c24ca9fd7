package io.github.camelllm.routes.queues;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;

/** What a worker does with the batch of records that the Kafka consumer hands to it as one list. */
public final class KafkaRecords {
    /** Camel's default thread pool runs so many parts of a split at a time. */
    private static final int MOST_LANES = 10;

    private KafkaRecords() {}

    /**
     * Deals the records out to lanes that may run at the same time. Records of one key are in one lane, in their order;
     * records without a key may be anywhere. The next key goes to the lane with the fewest records.
     *
     * @param batch as the consumer gives it, with {@code batching=true}
     * @param parallelism most lanes, from 1 to 10
     */
    public static List<List<Message>> lanes(List<Exchange> batch, int parallelism) {
        if (parallelism < 1 || parallelism > MOST_LANES) {
            throw new IllegalArgumentException(
                    "parallelism: expected 1 to " + MOST_LANES + " records at a time, got " + parallelism);
        }
        Map<Object, List<Message>> byKey = new LinkedHashMap<>();
        for (Exchange exchange : batch) {
            Object key = exchange.getMessage().getHeader(KafkaConstants.KEY);
            byKey.computeIfAbsent(key == null ? exchange : comparable(key), ignored -> new ArrayList<>())
                    .add(exchange.getMessage());
        }
        List<List<Message>> lanes = new ArrayList<>();
        for (List<Message> records : byKey.values()) {
            if (lanes.size() < parallelism) {
                lanes.add(records);
            } else {
                lanes.stream()
                        .min(Comparator.comparingInt(List::size))
                        .orElseThrow()
                        .addAll(records);
            }
        }
        return lanes;
    }

    private static Object comparable(Object key) {
        return key instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : key;
    }

    /** Commits the last record of each partition: all before it are done as well. */
    public static void commit(List<Exchange> batch) {
        Map<Object, KafkaManualCommit> last = new HashMap<>();
        for (Exchange exchange : batch) {
            Message message = exchange.getMessage();
            last.put(
                    List.of(
                            message.getHeader(KafkaConstants.TOPIC, String.class),
                            message.getHeader(KafkaConstants.PARTITION, Integer.class)),
                    Objects.requireNonNull(
                            message.getHeader(KafkaConstants.MANUAL_COMMIT, KafkaManualCommit.class),
                            "expected a Kafka endpoint with allowManualCommit=true"));
        }
        last.values().forEach(KafkaManualCommit::commit);
    }
}
