package io.github.camelllm.component;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;

/** Schemas that headers ask for; the most recently used are kept compiled. Thread-safe. */
final class SchemaCache {
    private static final int MAX_SCHEMAS = 64;

    private final CamelContext context;
    private final Optional<Boolean> strict;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, StructuredOutput> compiled = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, StructuredOutput> eldest) {
            return size() > MAX_SCHEMAS;
        }
    };

    SchemaCache(CamelContext context, Optional<Boolean> strict) {
        this.context = context;
        this.strict = strict;
    }

    /** The schema that the message's headers ask for; empty if they ask for none. */
    Optional<StructuredOutput> of(Message message) throws ClassNotFoundException {
        String outputClass = message.getHeader(LlmConstants.OUTPUT_CLASS, String.class);
        String schema = message.getHeader(LlmConstants.JSON_SCHEMA, String.class);
        if (outputClass == null && schema == null) {
            return Optional.empty();
        }
        String key = outputClass == null ? "schema " + schema : "class " + outputClass;
        lock.lock();
        try {
            StructuredOutput known = compiled.get(key);
            if (known == null) {
                known = outputClass == null
                        ? StructuredOutput.ofSchema(String.valueOf(schema), strict)
                        : StructuredOutput.ofClass(
                                context.getClassResolver().resolveMandatoryClass(outputClass), strict);
                compiled.put(key, known);
            }
            return Optional.of(known);
        } finally {
            lock.unlock();
        }
    }
}
