package io.github.camelllm.simulator;

import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** What {@link Simulator.Builder} collected. */
record SimulatorOptions(
        String host,
        int port,
        Responder responder,
        Pacing pacing,
        FaultPlan faults,
        RateLimit rateLimit,
        Set<String> apiKeys,
        List<String> models,
        boolean onlyListedModels,
        long contextWindowTokens,
        boolean promptCache,
        int embeddingDimensions,
        int maxBodyBytes,
        int keptRequests,
        int eventLoops,
        long seed,
        LongSupplier nanoTime) {}
