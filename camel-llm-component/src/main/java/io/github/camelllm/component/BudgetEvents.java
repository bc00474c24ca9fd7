package io.github.camelllm.component;

import io.github.camelllm.budget.BudgetEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.util.URISupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells people of budgets: in the log, and by a message to the endpoint that the budget names. */
final class BudgetEvents {
    private static final Logger LOG = LoggerFactory.getLogger(BudgetEvents.class);

    private final Supplier<ProducerTemplate> template;
    private final Executor workers;

    BudgetEvents(Supplier<ProducerTemplate> template, Executor workers) {
        this.template = template;
        this.workers = workers;
    }

    void tell(BudgetEvent event) {
        LOG.warn("{}", event.words());
        event.alertTo().ifPresent(endpoint -> {
            try {
                workers.execute(() -> send(endpoint, event));
            } catch (RejectedExecutionException e) {
                LOG.error("{} could not be told: {}", URISupport.sanitizeUri(endpoint), event.words(), e);
            }
        });
    }

    private void send(String endpoint, BudgetEvent event) {
        try {
            template.get().send(endpoint, ExchangePattern.InOnly, exchange -> {
                exchange.getMessage().setBody(event.words());
                exchange.getMessage().setHeaders(headers(event));
            });
        } catch (RuntimeException e) {
            LOG.error("{} could not be told: {}", URISupport.sanitizeUri(endpoint), event.words(), e);
        }
    }

    private static Map<String, Object> headers(BudgetEvent event) {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put(LlmConstants.BUDGET, event.budget());
        headers.put(LlmConstants.BUDGET_ACCOUNT, event.account());
        headers.put(LlmConstants.BUDGET_EVENT, event.kind().name().toLowerCase(java.util.Locale.ROOT));
        headers.put(LlmConstants.BUDGET_PERCENT, event.percent());
        headers.put(LlmConstants.BUDGET_LIMIT, event.limit().amount());
        headers.put(LlmConstants.BUDGET_SPENT, event.spent().amount());
        headers.put(LlmConstants.COST_CURRENCY, event.limit().currency());
        event.resetsAt().ifPresent(at -> headers.put(LlmConstants.BUDGET_RESETS_AT, at.toString()));
        return headers;
    }
}
