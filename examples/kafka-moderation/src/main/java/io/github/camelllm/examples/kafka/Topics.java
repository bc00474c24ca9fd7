package io.github.camelllm.examples.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/** The topics of the example: makes and fills them, and tells how far the worker is. */
final class Topics implements AutoCloseable {
    static final String COMMENTS = "comments";

    private static final int PARTITIONS = 3;

    private final String brokers;
    private final Admin admin;

    Topics(String brokers) {
        this.brokers = brokers;
        this.admin = Admin.create(Map.of("bootstrap.servers", brokers));
    }

    /** Makes the topics, and writes the comments with these numbers. */
    void fill(int comments) throws InterruptedException, ExecutionException {
        admin.createTopics(List.of(
                        new NewTopic(COMMENTS, PARTITIONS, (short) 1),
                        new NewTopic("moderated", PARTITIONS, (short) 1),
                        new NewTopic("comments.dead-letter", 1, (short) 1)))
                .all()
                .get();
        Map<String, Object> settings = Map.of("bootstrap.servers", brokers, "acks", "all");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int number = 0; number < comments; number++) {
                producer.send(new ProducerRecord<>(COMMENTS, Comments.reader(number), Comments.text(number)));
            }
            producer.flush();
        }
    }

    /** For each partition, how many of its records the worker has committed. */
    Map<Integer, Long> committed() throws InterruptedException, ExecutionException {
        Map<Integer, Long> offsets = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets("moderation")
                .partitionsToOffsetAndMetadata()
                .get();
        committed.forEach((partition, offset) -> offsets.put(partition.partition(), offset.offset()));
        return offsets;
    }

    /** For each partition of a topic, how many records it has. */
    Map<Integer, Long> written(String topic) throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                .flatMap(description -> description.partitions().stream())
                .forEach(
                        partition -> latest.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
        Map<Integer, Long> offsets = new HashMap<>();
        admin.listOffsets(latest).all().get().forEach((partition, end) -> {
            if (end.offset() > 0) {
                offsets.put(partition.partition(), end.offset());
            }
        });
        return offsets;
    }

    @Override
    public void close() {
        admin.close();
    }
}
