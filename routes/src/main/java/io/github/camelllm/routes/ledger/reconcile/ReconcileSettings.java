package io.github.camelllm.routes.ledger.reconcile;

import java.util.Optional;

/**
 * How an export is compared.
 *
 * @param provider id of the provider that it comes from, as the ledger has it
 * @param models see {@link ModelNames}
 * @param post id of the export under which adjustments are entered, each once; empty to enter none
 * @param toleranceNanos smaller drifts of a day and model are not entered
 * @param actor who or what does it
 */
record ReconcileSettings(
        String provider, ModelNames models, Optional<String> post, long toleranceNanos, String actor) {}
