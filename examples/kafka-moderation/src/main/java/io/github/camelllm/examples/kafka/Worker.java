package io.github.camelllm.examples.kafka;

import io.github.camelllm.routes.queues.KafkaWorkerTemplate;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** The routes with their database: all that has to run besides Kafka. */
final class Worker implements AutoCloseable {
    private static final long SHUTDOWN_SECONDS = 20;

    private final Database database;
    private final CamelContext context;

    private Worker(Database database, CamelContext context) {
        this.database = database;
        this.context = context;
    }

    /**
     * A worker as a process of its own, until it is stopped. System properties as in {@link Settings#of}, and {@code brokers}.
     */
    public static void main(String[] args) throws Exception {
        Settings settings = Settings.of(System::getProperty);
        Worker worker = start(
                settings,
                System.getProperty("brokers", "localhost:9092"),
                settings.baseUrl().orElse(""));
        Runtime.getRuntime().addShutdownHook(new Thread(worker::close));
        System.out.println("Working.");
        new CountDownLatch(1).await();
    }

    /** @param baseUrl address of the provider; empty for its own */
    static Worker start(Settings settings, String brokers, String baseUrl) throws Exception {
        Files.createDirectories(settings.workdir());
        Database database = Database.open(settings.database());
        CamelContext context = new DefaultCamelContext();
        try {
            Properties properties = new Properties();
            properties.setProperty("moderation.llm", settings.llm());
            properties.setProperty("moderation.worker", "worker-1");
            if (!baseUrl.isEmpty()) {
                properties.setProperty("llm.provider." + settings.provider() + ".baseUrl", baseUrl);
            }
            context.getPropertiesComponent().setInitialProperties(properties);
            context.getRegistry().bind("database", database.dataSource());
            KafkaComponent kafka = new KafkaComponent();
            kafka.getConfiguration().setBrokers(brokers);
            context.addComponent("kafka", kafka);
            if (settings.java()) {
                context.addRoutes(new KafkaWorkerTemplate());
                ModerationRoutes routes = new ModerationRoutes();
                context.addRoutes(routes);
                context.addTemplatedRoutes(routes);
            } else {
                load(context, "classpath:camel-llm/templates/llm-kafka-worker.camel.yaml");
                load(context, "classpath:camel/kafka-moderation.camel.yaml");
            }
            context.getShutdownStrategy().setTimeout(SHUTDOWN_SECONDS);
            context.start();
            return new Worker(database, context);
        } catch (Exception e) {
            context.stop();
            database.close();
            throw e;
        }
    }

    private static void load(CamelContext context, String file) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.resolveMandatoryResource(context, file));
    }

    /** How many comments have their row. */
    int done() throws SQLException {
        return Integer.parseInt(
                database.query("select count(*) from llm_results").get(0).get(0));
    }

    Database database() {
        return database;
    }

    @Override
    public void close() {
        context.stop();
        database.close();
    }
}
