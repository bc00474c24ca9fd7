package io.github.camelllm.routes.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.call.Hold;
import io.github.camelllm.routes.ledger.JournalRecord.Audited;
import io.github.camelllm.routes.ledger.JournalRecord.Reserved;
import io.github.camelllm.routes.ledger.JournalRecord.Settled;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Shows the records that the database once refused, which stand in files of the journal's folder, and books them once what was
 * in their way is mended. A record that is in the ledger already changes nothing. The files are left as they are.
 */
public final class RejectedRecords {
    private static final String SETTINGS = "llm.ledger.";
    private static final int LONGEST_FILE = 128 << 20;

    private RejectedRecords() {}

    /**
     * Prints each record as a line of JSON; with a database, what became of each. System properties {@code llm.ledger.node} and
     * {@code llm.ledger.tags} are those of the application.
     *
     * @param arguments the file, and the JDBC URL of the ledger to book them; names and passwords of users stand in the URL
     * @throws IllegalStateException at the end, if some were refused again
     */
    public static void main(String... arguments) throws IOException, SQLException {
        if (arguments.length < 1 || arguments.length > 2) {
            throw new IllegalArgumentException(
                    "expected a file rejected-….llmj and perhaps a JDBC URL, but there are " + arguments.length);
        }
        Path file = Path.of(arguments[0]).toAbsolutePath();
        List<JournalRecord> records = read(file);
        if (arguments.length == 1) {
            for (JournalRecord one : records) {
                System.out.println(json(one));
            }
            return;
        }
        Map<String, String> properties = new HashMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.startsWith(SETTINGS)) {
                properties.put(name.substring(SETTINGS.length()), System.getProperty(name));
            }
        }
        long refused;
        try (LlmDatabase database = LlmDatabase.open(Map.of("url", arguments[1]))) {
            LedgerSettings settings = LedgerSettings.of(properties, database.isEmbedded());
            String node = JournalFolder.node(file.resolveSibling(""), settings.node());
            refused = book(records, database, new LedgerTables(node, settings.tags(), AttemptTable.Way.into(database)));
        }
        if (refused > 0) {
            throw new IllegalStateException("the database refused " + refused + " of " + records.size() + " again");
        }
    }

    /** Up to the end, or to a record that is not whole: the last one is that if the process was killed as it wrote. */
    private static List<JournalRecord> read(Path file) throws IOException {
        if (Files.size(file) > LONGEST_FILE) {
            throw new IOException(file + " has " + Files.size(file) + " bytes, expected at most " + LONGEST_FILE);
        }
        byte[] bytes = Files.readAllBytes(file);
        int at = Frames.MAGIC.length;
        if (bytes.length < at || !Arrays.equals(bytes, 0, at, Frames.MAGIC, 0, at)) {
            throw new IOException(file + " is no file of the ledger's journal");
        }
        List<JournalRecord> records = new ArrayList<>();
        while (at < bytes.length) {
            int length = bytes.length - at < Frames.HEAD ? -1 : Frames.payloadLength(bytes, at);
            if (length < 0 || length > bytes.length - at - Frames.HEAD || !Frames.isIntact(bytes, at, length)) {
                System.err.println(
                        file + ": the " + (bytes.length - at) + " bytes from byte " + at + " on are no record");
                break;
            }
            try {
                records.add(RecordCodec.decode(bytes, at + Frames.HEAD, length));
            } catch (MalformedRecordException e) {
                System.err.println(file + ": at byte " + at + " is " + e.getMessage());
            }
            at += Frames.HEAD + length;
        }
        return records;
    }

    /** @return how many were refused */
    private static long book(List<JournalRecord> records, LlmDatabase database, LedgerTables tables)
            throws SQLException {
        long refused = 0;
        try (Connection connection = database.connection()) {
            for (JournalRecord one : records) {
                String outcome = "booked";
                try {
                    tables.book(connection, List.of(one), true);
                    connection.commit();
                } catch (SQLException | ArithmeticException e) {
                    connection.rollback();
                    tables.rolledBack();
                    refused++;
                    outcome = "refused: " + Rejected.reason(e);
                }
                System.out.println(one.id() + " " + outcome);
            }
        }
        return refused;
    }

    private static String json(JournalRecord value) throws JsonProcessingException {
        ObjectNode object =
                JsonNodeFactory.instance.objectNode().put("id", value.id().toString());
        return Json.MAPPER.writeValueAsString(value.fold(
                reserved -> reserved(object, reserved),
                settled -> settled(object, settled),
                audited -> audited(object, audited)));
    }

    private static ObjectNode reserved(ObjectNode object, Reserved value) {
        object.put("kind", "reserved")
                .put("call", value.callId().toString())
                .put("at", value.at().toString())
                .put("provider", value.provider())
                .put("model", value.model());
        value.most().ifPresent(most -> amount(object, "most", most));
        ArrayNode holds = object.putArray("holds");
        value.holds().forEach(hold -> holds.add(hold(hold)));
        object.set("tags", Json.MAPPER.valueToTree(value.tags()));
        return object;
    }

    private static ObjectNode settled(ObjectNode object, Settled value) {
        AttemptRow row = value.row();
        object.put("kind", "settled")
                .put("call", row.callId().toString())
                .put("at", value.at().toString())
                .put("provider", row.provider())
                .put("model", row.requestModel())
                .put("outcome", row.outcome().name());
        row.errorType().ifPresent(type -> object.put("error", type));
        row.usage().ifPresent(usage -> {
            for (int i = 0; i < BookedUsage.COLUMNS.size(); i++) {
                String name = BookedUsage.COLUMNS.get(i);
                usage.counts().get(i).ifPresent(count -> object.put(name, count));
            }
        });
        row.costAmount().ifPresent(cost -> amount(object, "cost", cost));
        ArrayNode charges = object.putArray("charges");
        value.charges().forEach(charge -> charges.add(hold(charge.hold()).put("charged_nanos", charge.chargedNanos())));
        object.set("tags", Json.MAPPER.valueToTree(row.tags()));
        return object;
    }

    private static ObjectNode audited(ObjectNode object, Audited value) {
        return object.put("kind", "audited")
                .put("at", value.entry().at().toString())
                .put("what", value.entry().kind())
                .put("name", value.entry().name())
                .put("actor", value.entry().actor())
                .put("before", value.entry().before())
                .put("after", value.entry().after());
    }

    private static void amount(ObjectNode object, String name, Amount amount) {
        object.put(name + "_nanos", amount.nanos()).put(name + "_currency", amount.currency());
    }

    private static ObjectNode hold(Hold hold) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("account", hold.account())
                .put("period", hold.period())
                .put("currency", hold.currency())
                .put("held_nanos", hold.nanos());
    }
}
