package io.github.camelllm.routes.http;

import java.util.Map;
import org.apache.camel.spi.HeadersMapFactory;
import org.jspecify.annotations.Nullable;

/** Has Camel keep the headers of messages in maps that suit the few dozen which a request to a gateway has. */
public final class HeaderMapFactory implements HeadersMapFactory {
    @Override
    public Map<String, @Nullable Object> newMap() {
        return new HeaderMap();
    }

    @Override
    public Map<String, @Nullable Object> newMap(Map<String, @Nullable Object> map) {
        Map<String, @Nullable Object> copy = new HeaderMap();
        copy.putAll(map);
        return copy;
    }

    @Override
    public boolean isInstanceOf(Map<String, @Nullable Object> map) {
        return map instanceof HeaderMap;
    }

    @Override
    public boolean isCaseInsensitive() {
        return true;
    }
}
