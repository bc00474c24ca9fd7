package io.github.camelllm.routes.gateway.keys;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Keys as JSON, as they are stored and shown: without secrets and hashes. */
final class KeyJson {
    private KeyJson() {}

    static ObjectNode of(VirtualKey key, Instant now, boolean inFile) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", key.id());
        json.put("name", key.name());
        json.put("hint", key.hint());
        json.put("state", key.stateAt(now).name().toLowerCase(Locale.ROOT));
        put(json, key.grants());
        if (inFile) {
            json.put("defined", "file");
        } else {
            json.put("created", key.created().toString());
        }
        key.expires().ifPresent(at -> json.put("expires", at.toString()));
        key.rotated().ifPresent(at -> json.put("rotated", at.toString()));
        key.previous()
                .filter(old -> now.isBefore(old.until()))
                .ifPresent(old -> json.put("previousSecretUntil", old.until().toString()));
        key.revoked().ifPresent(at -> json.put("revoked", at.toString()));
        return json;
    }

    static void put(ObjectNode json, KeyGrants grants) {
        ArrayNode models = json.putArray("models");
        grants.models().forEach(models::add);
        put(json.putObject("tags"), grants.tags());
        put(json.putObject("metadata"), grants.metadata());
        put(json.putArray("budgets"), grants.budgets());
        put(json.putArray("limits"), grants.limits());
    }

    private static void put(ObjectNode json, Map<String, String> entries) {
        entries.forEach(json::put);
    }

    private static void put(ArrayNode list, List<String> objects) {
        objects.forEach(text -> list.add(JsonConfig.object(text.getBytes(StandardCharsets.UTF_8), "definition")));
    }
}
