package io.github.camelllm.routes.gateway.keys;

import java.util.Map;

class MemoryVirtualKeysTest extends VirtualKeysContract {
    @Override
    Map<String, String> properties() {
        return Map.of();
    }
}
