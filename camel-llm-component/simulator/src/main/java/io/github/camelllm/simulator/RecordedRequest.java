package io.github.camelllm.simulator;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One request as the simulator saw and served it, at the moment when it was asked for.
 *
 * @param number 1 for the simulator's first request
 * @param path path and query
 * @param headers by lower-case name; of credentials only that they came
 * @param model the model asked; empty text where the operation has none
 * @param streamed whether the client asked for a stream
 * @param chat the decoded request of a chat
 * @param outcome what became of it
 * @param status HTTP status of the answer; 0 as long as none was sent
 * @param fault what went wrong on purpose
 * @param usage what was billed; empty if nothing was
 * @param bytesSent bytes of the answer's body handed to the network
 * @param duration from the request's last byte to the answer's end; empty while it runs
 */
public record RecordedRequest(
        long number,
        Instant receivedAt,
        SimulatedDialect dialect,
        Operation operation,
        String method,
        String path,
        Map<String, String> headers,
        String model,
        boolean streamed,
        Optional<ChatRequest> chat,
        Outcome outcome,
        int status,
        Optional<Fault> fault,
        Optional<Usage> usage,
        long bytesSent,
        Optional<Duration> duration) {

    /** What became of a request. */
    public enum Outcome {
        /** It is still being answered. */
        RUNNING,
        /** It was answered as asked. */
        ANSWERED,
        /** It was refused with an error: a wrong request, a wrong key, a limit. */
        REFUSED,
        /** A fault was played to its end. */
        FAULTED,
        /** The client left before the answer was whole. */
        CLIENT_LEFT
    }

    /** Names what was asked, without content. */
    @Override
    public String toString() {
        return "RecordedRequest[" + number + ", " + dialect + " " + operation + ", " + model + ", " + outcome + " "
                + status + fault.map(value -> ", " + value).orElse("") + "]";
    }
}
