package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ScopeIndexTest {
    /** Scopes of all kinds, by number. */
    private static CallScope scope(int kind) {
        switch (kind) {
            case 0:
                return CallScope.ALL;
            case 1:
                return new CallScope(Map.of("key", Set.of()));
            case 2:
                return new CallScope(Map.of("team", Set.of("t1")));
            case 3:
                return new CallScope(Map.of("key", Set.of("k1", "k2"), "team", Set.of("t1")));
            default:
                return new CallScope(Map.of("key", Set.of("k" + kind % 3)));
        }
    }

    private static List<CallScope> meant(List<CallScope> scopes, Map<String, String> tags) {
        return scopes.stream()
                .filter(scope -> scope.accountOf("p", "m", Operation.CHAT, tags).isPresent())
                .toList();
    }

    @Property
    void findsAllThatMeanAnAttempt(
            @ForAll @Size(max = 12) List<@IntRange(max = 8) Integer> kinds,
            @ForAll @IntRange(max = 4) int key,
            @ForAll @IntRange(max = 2) int team) {
        List<CallScope> scopes = kinds.stream().map(ScopeIndexTest::scope).toList();
        Map<String, String> tags = key == 4 ? Map.of("team", "t" + team) : Map.of("team", "t" + team, "key", "k" + key);

        assertThat(meant(new ScopeIndex<>(scopes, Function.identity()).candidates(tags), tags))
                .containsExactlyInAnyOrderElementsOf(meant(scopes, tags));
    }

    @Test
    void doesNotLookAtThoseOfOtherKeys() {
        List<CallScope> scopes = IntStream.range(0, 1000)
                .mapToObj(key -> new CallScope(Map.of("key", Set.of("k" + key))))
                .toList();
        ScopeIndex<CallScope> index = new ScopeIndex<>(scopes, Function.identity());

        assertThat(index.candidates(Map.of("key", "k7"))).containsExactly(scopes.get(7));
        assertThat(index.candidates(Map.of("key", "other"))).isEmpty();
        assertThat(index.candidates(Map.of())).isEmpty();
    }
}
