package io.github.camelllm.routes.testing;

import jakarta.jms.ConnectionFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** A real Artemis broker in this JVM, in memory, without ports. */
public final class ArtemisBroker implements AutoCloseable {
    private static final AtomicInteger IDS = new AtomicInteger(1_000);

    private final EmbeddedActiveMQ server = new EmbeddedActiveMQ();
    private final String url = "vm://" + IDS.incrementAndGet();

    /** Started. */
    public ArtemisBroker() throws Exception {
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setName(url)
                .addAcceptorConfiguration("in-vm", url);
        // The worker gives up on a message by itself: a broker that did so as well would drop it
        configuration.addAddressSetting("#", new AddressSettings().setMaxDeliveryAttempts(-1));
        server.setConfiguration(configuration);
        server.start();
    }

    public ConnectionFactory connectionFactory() {
        return new ActiveMQConnectionFactory(url);
    }

    /** How many messages are on a queue, those under way to a worker included; 0 if there is no such queue. */
    public long depth(String queue) {
        var found = server.getActiveMQServer().locateQueue(queue);
        return found == null ? 0 : found.getMessageCount();
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
