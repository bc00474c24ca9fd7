package io.github.camelllm.examples.boot;

import io.github.camelllm.chat.LlmException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.FluentProducerTemplate;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /ask} with a question as text; the answer, who gave it and what it cost as JSON. */
@RestController
public class Questions {
    private final FluentProducerTemplate camel;

    /** @param camel made by Camel's starter; thread-safe in the form that {@code to} returns */
    public Questions(FluentProducerTemplate camel) {
        this.camel = camel;
    }

    @PostMapping(path = "/ask", consumes = "text/plain", produces = "application/json")
    public ResponseEntity<Map<String, Object>> ask(@RequestBody String question) {
        Exchange exchange = camel.withBody(question).to("direct:ask").send();
        Exception failure = exchange.getException();
        if (failure instanceof LlmException e) {
            return unavailable(e);
        }
        if (failure != null) {
            throw new CamelExecutionException("The question was not answered", exchange, failure);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("answer", exchange.getMessage().getBody(String.class));
        answer.put("model", exchange.getMessage().getHeader("CamelLlmResponseModel"));
        answer.put("inputTokens", exchange.getMessage().getHeader("CamelLlmInputTokens"));
        answer.put("outputTokens", exchange.getMessage().getHeader("CamelLlmOutputTokens"));
        return ResponseEntity.ok(answer);
    }

    /** What went wrong by name, never in the provider's words; and when to come back, where the provider says so. */
    private static ResponseEntity<Map<String, Object>> unavailable(LlmException e) {
        ResponseEntity.BodyBuilder response =
                ResponseEntity.status(e.isRetryable() ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.BAD_GATEWAY);
        Optional<Duration> wait = e.retryAfter();
        wait.ifPresent(duration -> response.header(
                "Retry-After", Long.toString(duration.plusMillis(999).toSeconds())));
        return response.body(Map.of("error", e.getErrorType()));
    }
}
