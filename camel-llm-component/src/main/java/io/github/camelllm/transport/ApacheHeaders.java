package io.github.camelllm.transport;

import io.github.camelllm.wire.WireHeaders;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.MessageHeaders;

/** The header fields of an answer, read where the client keeps them: nothing is copied. */
record ApacheHeaders(MessageHeaders message) implements WireHeaders {
    @Override
    public Optional<String> first(String name) {
        Header header = message.getFirstHeader(name);
        return header == null ? Optional.empty() : Optional.ofNullable(header.getValue());
    }

    @Override
    public void forEach(BiConsumer<String, String> action) {
        for (Iterator<Header> headers = message.headerIterator(); headers.hasNext(); ) {
            Header header = headers.next();
            action.accept(header.getName(), header.getValue() == null ? "" : header.getValue());
        }
    }

    /** Names only: values may hold cookies and ids. */
    @Override
    public String toString() {
        StringBuilder names = new StringBuilder("ApacheHeaders");
        forEach((name, value) -> names.append(' ').append(name));
        return names.toString();
    }
}
