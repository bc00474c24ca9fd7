package io.github.camelllm.examples.jms;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.List;
import java.util.Random;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** Support tickets, always the same ones. A few hold a whole log file, far too long for any model. */
final class Tickets {
    /** One in so many. */
    static final int TOO_LONG_EVERY = 50;

    private static final List<String> MACHINES =
            List.of("excavator E-17", "crane K-3", "generator G-40", "forklift F-8", "pump P-22", "platform lift L-5");
    private static final List<String> TEXTS = List.of(
            "The %s shows an error and stopped, the whole site stands still. This is an emergency, come immediately!",
            "Urgent: hydraulic oil leaks from the %s and it is critical, nobody can work today.",
            "We still wait for the %s. It is late and should arrive this week. Where is the delivery?",
            "Invoice 2026-118 charges us twice for the %s. Please correct the bill and refund the amount.",
            "Could you tell us how to change the filter of the %s? It is a minor question, whenever you have time.",
            "We want to cancel the contract for the %s at the end of the month. Which terms apply?",
            "The login of the portal fails with an error since we rented the %s. It should be fixed soon.");

    private Tickets() {}

    static String id(int number) {
        return "T-%05d".formatted(number);
    }

    static String text(int number) {
        Random random = new Random(number);
        String text = TEXTS.get(random.nextInt(TEXTS.size())).formatted(MACHINES.get(random.nextInt(MACHINES.size())));
        return isTooLong(number) ? text + "\n" + "2026-11-03 08:15:00 WARN pressure 212 bar\n".repeat(900) : text;
    }

    static boolean isTooLong(int number) {
        return number % TOO_LONG_EVERY == TOO_LONG_EVERY - 1;
    }

    /** How many of the first tickets are too long. */
    static int tooLong(int tickets) {
        return tickets / TOO_LONG_EVERY;
    }

    /** Puts the first tickets on the queue. */
    static void send(String brokerUrl, int tickets) throws JMSException {
        try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(brokerUrl);
                Connection connection = factory.createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED)) {
            MessageProducer producer = session.createProducer(session.createQueue("tickets"));
            producer.setDeliveryMode(DeliveryMode.PERSISTENT);
            for (int number = 0; number < tickets; number++) {
                TextMessage message = session.createTextMessage(text(number));
                message.setStringProperty("ticket", id(number));
                producer.send(message);
            }
            session.commit();
        }
    }
}
