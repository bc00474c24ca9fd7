package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.catalog.CatalogException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ReloadedTest {
    private final AtomicReference<String> text = new AtomicReference<>("1");
    private final AtomicBoolean away = new AtomicBoolean();
    private final AtomicInteger most = new AtomicInteger(2);
    private final Reloaded<Integer> numbers = new Reloaded<>(
            "Numbers",
            () -> {
                if (away.get()) {
                    throw new IOException("the disk is away");
                }
                return new Reloaded.Source("", text.get(), Map.of(), Map.of());
            },
            source -> {
                try {
                    return Integer.valueOf(source.text());
                } catch (NumberFormatException e) {
                    throw new CatalogException("expected a number", e);
                }
            },
            changed -> {
                if (changed > most.get()) {
                    throw new IllegalArgumentException("there is no room for " + changed);
                }
            });

    @Test
    void forgetsThatItCouldNotReadOnceItCan() {
        away.set(true);
        numbers.refresh();
        assertThat(numbers.problem()).contains("java.io.IOException: the disk is away");

        away.set(false);
        numbers.refresh();
        assertThat(numbers.problem()).isEmpty();
    }

    @Test
    void whatItsUserRefusesIsAProblemUntilItIsUsed() {
        text.set("3");
        numbers.refresh();
        numbers.refresh();
        assertThat(numbers.problem()).hasValueSatisfying(why -> assertThat(why).contains("there is no room for 3"));
        assertThat(numbers.get()).isEqualTo(1);

        most.set(3);
        numbers.refresh();
        assertThat(numbers.problem()).isEmpty();
        assertThat(numbers.get()).isEqualTo(3);
    }

    @Test
    void remembersThatItsSourceIsWrongWhileItCannotReadIt() {
        text.set("many");
        numbers.refresh();
        away.set(true);
        numbers.refresh();
        away.set(false);
        numbers.refresh();
        assertThat(numbers.problem()).contains("expected a number");
        assertThat(numbers.get()).isEqualTo(1);

        text.set("2");
        numbers.refresh();
        assertThat(numbers.problem()).isEmpty();
        assertThat(numbers.get()).isEqualTo(2);
    }
}
