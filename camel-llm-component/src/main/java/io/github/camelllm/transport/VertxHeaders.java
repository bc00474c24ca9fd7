package io.github.camelllm.transport;

import io.github.camelllm.wire.WireHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of an answer, read where the codec keeps them: nothing is copied.
 *
 * @param byName the first value of a name
 * @param all what came, HTTP/2's pseudo-headers included
 */
record VertxHeaders(
        Function<String, @Nullable CharSequence> byName,
        Supplier<? extends Iterator<? extends Entry<CharSequence, CharSequence>>> all)
        implements WireHeaders {
    static VertxHeaders of(HttpHeaders headers) {
        return new VertxHeaders(headers::get, headers::iteratorCharSequence);
    }

    static VertxHeaders of(Http2Headers headers) {
        return new VertxHeaders(name -> headers.get(name.toLowerCase(Locale.ROOT)), headers::iterator);
    }

    @Override
    public Optional<String> first(String name) {
        CharSequence value = byName.apply(name);
        return value == null ? Optional.empty() : Optional.of(value.toString());
    }

    @Override
    public void forEach(BiConsumer<String, String> action) {
        for (Iterator<? extends Entry<CharSequence, CharSequence>> fields = all.get(); fields.hasNext(); ) {
            Entry<CharSequence, CharSequence> field = fields.next();
            String name = field.getKey().toString();
            if (!name.startsWith(":")) {
                action.accept(name, field.getValue().toString());
            }
        }
    }

    /** Names only: values may hold cookies and ids. */
    @Override
    public String toString() {
        StringBuilder names = new StringBuilder("VertxHeaders");
        forEach((name, value) -> names.append(' ').append(name));
        return names.toString();
    }
}
