package io.github.camelllm.examples.jms;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/** An Artemis broker in this process, with its messages on disk, that other processes can reach. */
final class Broker implements AutoCloseable {
    private static final long LEAST_DISK_BYTES = 100_000_000;

    private final EmbeddedActiveMQ server = new EmbeddedActiveMQ();
    private final String url;

    private Broker(String url) {
        this.url = url;
    }

    /** @param folder for its files */
    static Broker start(Path folder) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String address = "tcp://localhost:" + port;
        // Nothing is sent ahead to a worker (consumerWindowSize), so that a slow one holds one message and not hundreds
        Broker broker = new Broker(address + "?consumerWindowSize=0&connectionTTL=10000&clientFailureCheckPeriod=5000");
        Configuration configuration = new ConfigurationImpl()
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setBindingsDirectory(folder.resolve("bindings").toString())
                .setJournalDirectory(folder.resolve("journal").toString())
                .setLargeMessagesDirectory(folder.resolve("large").toString())
                .setPagingDirectory(folder.resolve("paging").toString())
                // By default clients wait without a word once nine tenths of the disk are used
                .setMaxDiskUsage(-1)
                .setMinDiskFree(LEAST_DISK_BYTES)
                .addAcceptorConfiguration("tcp", address);
        // The worker gives up on a message by itself, with the reason: a broker that did so as well would drop it
        configuration.addAddressSetting("#", new AddressSettings().setMaxDeliveryAttempts(-1));
        broker.server.setConfiguration(configuration);
        broker.server.start();
        return broker;
    }

    /** What clients connect to. */
    String url() {
        return url;
    }

    /** How many messages are on a queue, those under way to a worker included; 0 if there is no such queue. */
    long depth(String queue) {
        Queue found = server.getActiveMQServer().locateQueue(queue);
        return found == null ? 0 : found.getMessageCount();
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
