package io.github.camelllm.routes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class HeaderMapTest {
    private static final String[] NAMES = {
        "Content-Type",
        "content-type",
        "CONTENT-TYPE",
        "x-a",
        "X-A",
        "x-b",
        "é",
        "É",
        "CamelLlmCost",
        "camelllmcost",
        ""
    };

    @Test
    void doesWhatAMapSortedWithoutRegardToCaseDoes() {
        Random random = new Random(7);
        for (int run = 0; run < 200; run++) {
            Map<String, Object> map = new HeaderMap();
            Map<String, Object> expected = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (int step = 0; step < 60; step++) {
                String name = NAMES[random.nextInt(NAMES.length)];
                switch (random.nextInt(4)) {
                    case 0:
                        assertThat(map.remove(name)).isEqualTo(expected.remove(name));
                        break;
                    case 1:
                        assertThat(map.get(name)).isEqualTo(expected.get(name));
                        assertThat(map.containsKey(name)).isEqualTo(expected.containsKey(name));
                        break;
                    default:
                        assertThat(map.put(name, step)).isEqualTo(expected.put(name, step));
                }
                assertThat(map).containsExactlyInAnyOrderEntriesOf(expected);
                assertThat(map).hasSameSizeAs(expected);
            }
        }
    }

    @Test
    void keepsMoreThanUsualInTheirOrder() {
        Map<String, Object> map = new HeaderMap();
        for (int i = 0; i < 100; i++) {
            map.put("x-" + i, i);
        }

        assertThat(map).hasSize(100).containsEntry("X-99", 99);
        assertThat(map.keySet()).startsWith("x-0", "x-1").endsWith("x-99");
    }

    @Test
    void copiesWithoutSharing() {
        Map<String, Object> map = map(Map.of("a", 1));
        Map<String, Object> copy = map(map);
        copy.put("A", 2);
        copy.putAll(new HashMap<>(Map.of("b", 3)));

        assertThat(map).containsExactly(entry("a", 1));
        assertThat(copy).containsExactly(entry("a", 2), entry("b", 3));
    }

    @Test
    void noChangeOfAMapReachesItsCopies() {
        Map<String, Object> map = map(Map.of("a", 1));
        for (Consumer<Map<String, Object>> change : List.<Consumer<Map<String, Object>>>of(
                changed -> changed.put("b", 2),
                changed -> changed.put("A", 2),
                changed -> changed.remove("a"),
                Map::clear,
                changed -> changed.putAll(map(Map.of("c", 3))),
                changed -> changed.entrySet().iterator().next().setValue(4))) {
            Map<String, Object> original = map(map);
            Map<String, Object> copy = map(original);
            Map<String, Object> copyOfCopy = map(copy);
            change.accept(original);
            assertThat(copy).containsExactly(entry("a", 1));
            change.accept(copy);
            assertThat(copy).containsExactlyEntriesOf(original);
            assertThat(copyOfCopy).containsExactly(entry("a", 1));
            assertThat(map).containsExactly(entry("a", 1));
        }
    }

    private static Map<String, Object> map(Map<String, Object> headers) {
        return new HeaderMapFactory().newMap(headers);
    }

    @Test
    void isChangedThroughItsEntries() {
        Map<String, Object> map = new HeaderMap();
        map.put("a", 1);
        map.put("b", null);
        map.put("c", 3);
        Iterator<Map.Entry<String, Object>> entries = map.entrySet().iterator();
        assertThatThrownBy(entries::remove).isInstanceOf(IllegalStateException.class);
        entries.next().setValue(9);
        entries.next();
        entries.remove();
        assertThat(entries.next()).isEqualTo(entry("c", 3));
        assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);

        assertThat(map).containsExactly(entry("a", 9), entry("c", 3));
        map.keySet().removeIf(name -> name.equals("a"));
        assertThat(map).containsExactly(entry("c", 3));
        map.clear();
        assertThat(map).isEmpty();
    }

    @Test
    void servesMessagesOfCamel() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getCamelContextExtension().setHeadersMapFactory(new HeaderMapFactory());
            Exchange exchange = new DefaultExchange(context);
            exchange.getMessage().setHeader("x-one", 1);
            exchange.getMessage().setHeader("X-Two", 2);
            exchange.getOut().copyFrom(exchange.getIn());

            assertThat(exchange.getMessage().getHeaders()).isInstanceOf(HeaderMap.class);
            assertThat(exchange.getMessage().getHeader("X-ONE", Integer.class)).isEqualTo(1);
            assertThat(exchange.getMessage().removeHeaders("x-*")).isTrue();
            assertThat(exchange.getMessage().getHeaders()).isEmpty();
            assertThat(exchange.getIn().getHeaders()).hasSize(2);
        }
    }
}
