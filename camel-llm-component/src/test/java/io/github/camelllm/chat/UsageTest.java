package io.github.camelllm.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class UsageTest {
    private static final Usage UNKNOWN = Usage.builder().build();

    @Test
    void whatIsNeverSetIsUnknown() throws ReflectiveOperationException {
        for (RecordComponent component : Usage.class.getRecordComponents()) {
            assertThat(component.getAccessor().invoke(UNKNOWN))
                    .as(component.getName())
                    .isIn(OptionalLong.empty(), Optional.empty());
        }
    }

    @Test
    void zeroIsNotUnknown() {
        assertThat(Usage.of(0, 0)).isNotEqualTo(UNKNOWN);
        assertThat(Usage.of(0, 0).inputTokens()).hasValue(0);
        assertThat(Usage.of(0, 0).cacheReadInputTokens()).isEmpty();
        assertThat(Usage.builder().cacheReadInputTokens(0).build().cacheReadInputTokens())
                .hasValue(0);
    }

    @Test
    void everyComponentHasABuilderMethodThatSetsItAndNothingElse() throws ReflectiveOperationException {
        for (RecordComponent component : Usage.class.getRecordComponents()) {
            Usage.Builder builder = Usage.builder();
            Method setter = Arrays.stream(Usage.Builder.class.getMethods())
                    .filter(method -> method.getName().equals(component.getName()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no builder method for " + component.getName()));
            Class<?> type = setter.getParameterTypes()[0];
            setter.invoke(builder, type == long.class ? 4711L : Specimens.value(type, "priority"));
            Usage usage = builder.build();
            for (RecordComponent other : Usage.class.getRecordComponents()) {
                Object value = other.getAccessor().invoke(usage);
                Object unset = other.getAccessor().invoke(UNKNOWN);
                if (other.getName().equals(component.getName())) {
                    assertThat(value).as("%s is set", component.getName()).isNotEqualTo(unset);
                } else {
                    assertThat(value)
                            .as("%s sets %s", component.getName(), other.getName())
                            .isEqualTo(unset);
                }
            }
        }
    }
}
