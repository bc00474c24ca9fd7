package io.github.camelllm.simulator;

import io.github.camelllm.chat.Usage;
import java.util.Iterator;
import java.util.Optional;

/**
 * How a request is answered.
 *
 * @param steps what to do, in order
 * @param billing what it costs
 * @param outcome what the request's record says when all steps are done
 */
record Reply(Iterator<Step> steps, Billing billing, RecordedRequest.Outcome outcome) {
    /** What an answer costs. */
    interface Billing {
        /** Nothing, as for refused requests. */
        Billing NOTHING = new Billing() {
            @Override
            public Optional<Usage> whole() {
                return Optional.empty();
            }

            @Override
            public Optional<Usage> soFar(boolean began) {
                return Optional.empty();
            }
        };

        Optional<Usage> whole();

        /** @param began whether the answer's head was sent */
        Optional<Usage> soFar(boolean began);
    }

    static Reply refused(Iterator<Step> steps) {
        return new Reply(steps, Billing.NOTHING, RecordedRequest.Outcome.REFUSED);
    }

    static Reply answered(Iterator<Step> steps, Billing billing) {
        return new Reply(steps, billing, RecordedRequest.Outcome.ANSWERED);
    }

    static Reply faulted(Iterator<Step> steps, Billing billing) {
        return new Reply(steps, billing, RecordedRequest.Outcome.FAULTED);
    }
}
