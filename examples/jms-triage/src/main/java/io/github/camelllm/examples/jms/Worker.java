package io.github.camelllm.examples.jms;

import io.github.camelllm.routes.queues.JmsWorkerTemplate;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.CamelContext;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.h2.jdbcx.JdbcConnectionPool;

/** One of those who compete for the tickets. */
final class Worker implements AutoCloseable {
    private static final long SHUTDOWN_SECONDS = 20;

    private final CamelContext context;
    private final ActiveMQConnectionFactory factory;
    private final JdbcConnectionPool pool;

    private Worker(CamelContext context, ActiveMQConnectionFactory factory, JdbcConnectionPool pool) {
        this.context = context;
        this.factory = factory;
        this.pool = pool;
    }

    /**
     * A worker as a process of its own, until it is stopped. System properties as in {@link Settings#of}, {@code broker} and
     * {@code database}.
     */
    public static void main(String[] args) throws Exception {
        Settings settings = Settings.of(System::getProperty);
        Worker worker = start(
                settings,
                System.getProperty("broker", "tcp://localhost:61616"),
                System.getProperty("database", ""),
                settings.baseUrl().orElse(""));
        Runtime.getRuntime().addShutdownHook(new Thread(worker::close));
        System.out.println("Working.");
        new CountDownLatch(1).await();
    }

    /** @param baseUrl address of the provider; empty for its own */
    static Worker start(Settings settings, String brokerUrl, String databaseUrl, String baseUrl) throws Exception {
        CamelContext context = new DefaultCamelContext();
        Worker worker = new Worker(context, new ActiveMQConnectionFactory(brokerUrl), Database.connect(databaseUrl));
        try {
            Properties properties = new Properties();
            properties.setProperty("triage.llm", settings.llm());
            if (!baseUrl.isEmpty()) {
                properties.setProperty("llm.provider." + settings.provider() + ".baseUrl", baseUrl);
            }
            context.getPropertiesComponent().setInitialProperties(properties);
            context.getRegistry().bind("database", worker.pool);
            JmsComponent jms = new JmsComponent();
            jms.setConnectionFactory(worker.factory);
            context.addComponent("jms", jms);
            if (settings.java()) {
                context.addRoutes(new JmsWorkerTemplate());
                TriageRoutes routes = new TriageRoutes();
                context.addRoutes(routes);
                context.addTemplatedRoutes(routes);
            } else {
                load(context, "classpath:camel-llm/templates/llm-jms-worker.camel.yaml");
                load(context, "classpath:camel/jms-triage.camel.yaml");
            }
            context.getShutdownStrategy().setTimeout(SHUTDOWN_SECONDS);
            context.start();
            return worker;
        } catch (Exception e) {
            worker.close();
            throw e;
        }
    }

    private static void load(CamelContext context, String file) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.resolveMandatoryResource(context, file));
    }

    @Override
    public void close() {
        context.stop();
        factory.close();
        pool.dispose();
    }
}
