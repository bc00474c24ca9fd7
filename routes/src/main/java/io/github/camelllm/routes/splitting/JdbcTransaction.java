package io.github.camelllm.routes.splitting;

import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.Policy;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * One database transaction around the steps of a {@code policy}, and around nothing else: it is rolled back if they fail.
 * What camel-sql and {@code JdbcMessageIdRepository} write in these steps to the same data source is in it, on this thread.
 *
 * <p>Camel's {@code SpringTransactionPolicy} is not for this: it makes the route's error handler a transacted one, so that in
 * a split the transaction begins before the first step of each record, and holds a connection during the call of the model.
 */
public final class JdbcTransaction implements Policy {
    private final TransactionTemplate transaction;

    /** @param manager such as a {@code DataSourceTransactionManager} of the data source */
    public JdbcTransaction(PlatformTransactionManager manager) {
        transaction = new TransactionTemplate(manager);
    }

    @Override
    public void beforeWrap(Route route, NamedNode definition) {}

    @Override
    public Processor wrap(Route route, Processor processor) {
        return exchange -> {
            try {
                transaction.executeWithoutResult(status -> {
                    process(processor, exchange);
                    if (exchange.getException() != null) {
                        status.setRollbackOnly();
                    }
                });
            } catch (TransactionException e) {
                // No connection, or no commit; what failed in the steps is the exchange's own
                if (exchange.getException() == null) {
                    exchange.setException(e);
                }
            }
        };
    }

    private static void process(Processor processor, Exchange exchange) {
        try {
            processor.process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
    }
}
