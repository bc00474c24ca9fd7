package io.github.camelllm.routes.quality;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Changes of weights as maps of JDK types, for routes and JSON. */
final class WeightsMap {
    private WeightsMap() {}

    static Map<String, Object> of(RouterBalancer.Result result) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("changed", result.changed());
        map.putAll(of(result.change()));
        return map;
    }

    static Map<String, Object> of(WeightsChange change) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("router", change.router());
        if (change.version() > 0) {
            map.put("version", change.version());
        }
        map.put("at", change.at().toString());
        map.put("actor", change.actor());
        map.put("kind", change.kind().name().toLowerCase(Locale.ROOT));
        map.put("why", change.why());
        map.put("weights", new TreeMap<>(change.weights()));
        List<Map<String, Object>> targets = new ArrayList<>();
        for (WeightsChange.Reason reason : change.reasons()) {
            Map<String, Object> target = new LinkedHashMap<>();
            target.put("target", reason.target());
            reason.before().ifPresent(percent -> target.put("before", percent));
            reason.after().ifPresent(percent -> target.put("after", percent));
            target.put("why", reason.why());
            targets.add(target);
        }
        map.put("targets", targets);
        return map;
    }
}
