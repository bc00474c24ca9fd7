package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class CallIdTest {
    @Test
    void isAVersion7UuidThatCarriesItsTime() {
        // The example of RFC 9562, appendix A.6.
        UUID id = CallId.of(0x017F22E279B0L, 0xCC3L, 0x18C4DC0C0C07398FL);

        assertThat(id).isEqualTo(UUID.fromString("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"));
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
    }

    @Test
    void laterIdsSortAfterEarlierOnes() {
        assertThat(CallId.of(1000, -1, -1).toString())
                .isLessThan(CallId.of(1001, 0, 0).toString());
    }
}
