package io.github.camelllm.routes.deadletters;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.failover.FailoverHeaders;
import io.github.camelllm.routes.hybrid.CountReplay;
import io.github.camelllm.routes.hybrid.DeadLetterRecord;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;

/**
 * Keeps dead letters of a route in the table that the dashboard lists, and sends them back to where they came from when somebody says
 * so there. Fails if it cannot, so that their source keeps them. Waits for the database. Thread-safe.
 */
public final class KeepDeadLetter extends ServiceSupport implements Processor, CamelContextAware {
    /** Header of a message that was sent back: the id of the dead letter it was (String). */
    public static final String REPLAY_OF = "LlmReplayOf";

    private static final String TAG = LlmConstants.TAG + ".";

    private @Nullable CamelContext context;
    private String name = "";
    private String replayTo = "";
    private @Nullable DeadLetters letters;
    private @Nullable ProducerTemplate template;

    @Override
    public void setCamelContext(CamelContext camelContext) {
        context = camelContext;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return context;
    }

    /** @param value names these dead letters in the list, the same on all nodes */
    public void setName(String value) {
        name = value;
    }

    public String getName() {
        return name;
    }

    /** @param value endpoint that they go back to */
    public void setReplayTo(String value) {
        replayTo = value;
    }

    public String getReplayTo() {
        return replayTo;
    }

    /** @throws CatalogException if dead letters are not kept here */
    @Override
    protected void doStart() {
        CamelContext known = Objects.requireNonNull(context, "the Camel context is set first");
        if (name.isBlank() || name.equals("gateway")) {
            throw new CatalogException("dead letters: expected a name for those of this route, got '" + name + "'");
        }
        DeadLetters kept = DeadLetters.find(known)
                .orElseThrow(() -> new CatalogException("property " + DeadLetterSettings.PREFIX
                        + "secret is missing; dead letters of '" + name + "' are encrypted with it"));
        letters = kept;
        template = known.createProducerTemplate();
        if (!replayTo.isBlank()) {
            kept.register(name, this::replay);
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (letters != null) {
            letters.unregister(name);
        }
        if (template != null) {
            template.close();
        }
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        DeadLetters kept = Objects.requireNonNull(letters, "it was not started");
        Message message = exchange.getMessage();
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, exchange.getException(), Throwable.class);
        LlmException call = failure == null ? null : ObjectHelper.getException(LlmException.class, failure);
        Map<String, String> tags = new TreeMap<>();
        message.getHeaders().forEach((header, value) -> {
            if (header.startsWith(TAG) && value != null) {
                tags.put(header.substring(TAG.length()), value.toString());
            }
        });
        kept.keep(new Failed(
                name,
                uuid(exchange.getProperty(LlmConstants.CALL_ID, String.class)),
                tags.getOrDefault("key", ""),
                text(message, FailoverHeaders.FAILURE_MODEL)
                        .orElse(call == null ? "" : call.getProvider() + "/" + call.getModel()),
                text(message, FailoverHeaders.FAILURE_TYPE)
                        .or(() -> text(message, FailoverHeaders.FAILURE))
                        .or(() -> text(message, "llmFailure"))
                        .orElse(failure == null ? "unknown" : DeadLetters.errorType(call, failure)),
                text(message, FailoverHeaders.FAILURE_MESSAGE)
                        .or(() -> text(message, "llmReason"))
                        .orElse(failure == null ? "" : DeadLetters.reason(call, failure)),
                tags,
                DeadLetterRecord.document(message).getBytes(StandardCharsets.UTF_8),
                uuid(message.getHeader(REPLAY_OF, String.class))));
    }

    private static Optional<String> text(Message message, String header) {
        return Optional.ofNullable(message.getHeader(header, String.class)).filter(text -> !text.isBlank());
    }

    private static Optional<UUID> uuid(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(UUID::fromString);
        } catch (IllegalArgumentException e) {
            // Somebody else's header
            return Optional.empty();
        }
    }

    private Optional<UUID> replay(DeadLetter letter, byte[] content) throws Exception {
        ProducerTemplate sender = Objects.requireNonNull(template, "it was not started");
        Exchange sent = sender.send(replayTo, ExchangePattern.InOnly, exchange -> {
            exchange.getMessage().setBody(new String(content, StandardCharsets.UTF_8));
            new DeadLetterRecord().read(exchange);
            new CountReplay().process(exchange);
            exchange.getMessage().removeHeaders("LlmFailure*");
            exchange.getMessage().setHeader(REPLAY_OF, letter.id().toString());
        });
        if (sent.getException() != null) {
            throw sent.getException();
        }
        return uuid(sent.getMessage().getHeader(LlmConstants.CALL_ID, String.class));
    }
}
