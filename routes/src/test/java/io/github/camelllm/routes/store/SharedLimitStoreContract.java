package io.github.camelllm.routes.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.limit.LimitBucket;
import io.github.camelllm.limit.LimitStore;
import io.github.camelllm.limit.SharedLimitStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What stores of several nodes do besides. */
abstract class SharedLimitStoreContract extends LimitStoreContract {
    private final String name = "shared-" + UUID.randomUUID();

    abstract SharedLimitStore one();

    abstract SharedLimitStore two();

    /** Makes all nodes look as if they had not been heard of for long. */
    abstract void forgetNodes() throws Exception;

    @Override
    LimitStore store() {
        return one();
    }

    @Test
    void nodesUseOneBucketAndTheSamePlaces() {
        LimitBucket bucket = new LimitBucket(name, 1, Duration.ofHours(1), 10, Instant.MAX);
        one().reserve(bucket, 6).join();
        assertThat(two().level(bucket).join()).isEqualTo(4);
        one().alive().join();
        two().alive().join();
        assertThat(one().enter(name, 2).join()).isTrue();
        assertThat(two().enter(name, 2).join()).isTrue();
        assertThat(one().enter(name, 2).join()).isFalse();
        assertThat(two().enter(name, 2).join()).isFalse();
        one().leave(name).join();
        assertThat(two().enter(name, 2).join()).isTrue();
    }

    @Test
    void countsTheNodesThatAreAlive() {
        one().alive().join();
        assertThat(two().alive().join()).isEqualTo(2);
    }

    @Test
    void placesOfDeadNodesBecomeFree() throws Exception {
        one().alive().join();
        two().alive().join();
        assertThat(one().enter(name, 1).join()).isTrue();
        assertThat(two().enter(name, 1).join()).isFalse();
        forgetNodes();
        two().alive().join();
        assertThat(two().enter(name, 1).join()).isTrue();
    }

    @Test
    void putsRightWhatPlacesANodeHas() {
        one().alive().join();
        two().alive().join();
        assertThat(one().enter(name, 3).join()).isTrue();
        assertThat(one().enter(name, 3).join()).isTrue();
        one().restore(Map.of(name, 1L)).join();
        assertThat(two().enter(name, 3).join()).isTrue();
        assertThat(two().enter(name, 3).join()).isTrue();
        assertThat(two().enter(name, 3).join()).isFalse();
    }
}
