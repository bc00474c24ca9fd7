package io.github.camelllm.simulator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Error answers as the providers write them. Sources: platform.openai.com/docs/guides/error-codes,
 * platform.claude.com/docs/en/api/errors, cloud.google.com/apis/design/errors.
 */
final class ErrorAnswers {
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private ErrorAnswers() {}

    /**
     * What an error says.
     *
     * @param type the dialect's type of the error
     * @param code OpenAI's {@code code}, Anthropic's {@code details.error_code}, Gemini's reason; empty for none
     * @param delay what Gemini's RetryInfo says; zero for no RetryInfo
     */
    record Problem(int status, String type, String code, String message, String param, Duration delay) {
        static Problem of(SimulatedDialect dialect, int status) {
            return of(dialect, status, "", defaultMessage(status));
        }

        static Problem of(SimulatedDialect dialect, int status, String code, String message) {
            String ownCode = code.isEmpty() ? codeOf(dialect, status) : code;
            return new Problem(status, typeOf(dialect, status), ownCode, message, "", Duration.ZERO);
        }

        Problem withType(String other) {
            return new Problem(status, other, code, message, param, delay);
        }

        Problem withParam(String other) {
            return new Problem(status, type, code, message, other, delay);
        }

        Problem withDelay(Duration other) {
            return new Problem(status, type, code, message, param, other);
        }
    }

    static Problem quota(SimulatedDialect dialect) {
        switch (dialect) {
            case OPENAI:
                return Problem.of(
                                dialect,
                                429,
                                "insufficient_quota",
                                "You exceeded your current quota, please check your plan and billing details.")
                        .withType("insufficient_quota");
            case ANTHROPIC:
                return Problem.of(
                        dialect,
                        429,
                        "enforced_spend_limit_reached",
                        "You have reached your monthly spend limit. You will regain access next month.");
            default:
                return Problem.of(
                        dialect,
                        429,
                        "GenerateRequestsPerDayPerProjectPerModel",
                        "You exceeded your current quota, please check your plan and billing details.");
        }
    }

    static Problem contextTooLong(SimulatedDialect dialect, long tokens, long window) {
        switch (dialect) {
            case OPENAI:
                return Problem.of(
                                dialect,
                                400,
                                "context_length_exceeded",
                                "This model's maximum context length is " + window + " tokens. However, your messages"
                                        + " resulted in " + tokens
                                        + " tokens. Please reduce the length of the messages.")
                        .withParam("messages");
            case ANTHROPIC:
                return Problem.of(
                        dialect, 400, "", "prompt is too long: " + tokens + " tokens > " + window + " maximum");
            default:
                return Problem.of(
                        dialect,
                        400,
                        "",
                        "The input token count (" + tokens + ") exceeds the maximum number of tokens allowed (" + window
                                + ").");
        }
    }

    /** A refusal of the prompt by OpenAI (and Azure); the other dialects refuse with status 200. */
    static Problem promptFiltered() {
        return Problem.of(
                        SimulatedDialect.OPENAI,
                        400,
                        "content_filter",
                        "The response was filtered due to the prompt triggering the content management policy.")
                .withParam("prompt");
    }

    static Problem unauthorized(SimulatedDialect dialect) {
        switch (dialect) {
            case OPENAI:
                return Problem.of(dialect, 401, "invalid_api_key", "Incorrect API key provided.");
            case ANTHROPIC:
                return Problem.of(dialect, 401, "", "invalid x-api-key");
            default:
                return Problem.of(dialect, 400, "API_KEY_INVALID", "API key not valid. Please pass a valid API key.");
        }
    }

    static Problem unknownModel(SimulatedDialect dialect, String model) {
        switch (dialect) {
            case OPENAI:
                return Problem.of(
                        dialect,
                        404,
                        "model_not_found",
                        "The model `" + model + "` does not exist or you do not have access to it.");
            case ANTHROPIC:
                return Problem.of(dialect, 404, "", "model: " + model);
            default:
                return Problem.of(
                        dialect,
                        404,
                        "",
                        "models/" + model + " is not found for API version v1beta, or is not supported.");
        }
    }

    /** The dialect's error object. */
    static byte[] body(SimulatedDialect dialect, Problem problem, String requestId) {
        return Json.bytes(json -> {
            switch (dialect) {
                case OPENAI:
                    openai(json, problem);
                    break;
                case ANTHROPIC:
                    anthropic(json, problem, requestId);
                    break;
                default:
                    gemini(json, problem);
                    break;
            }
        });
    }

    /** The dialect's error event inside a stream. */
    static byte[] event(SimulatedDialect dialect, Problem problem, String requestId) {
        String body = new String(body(dialect, problem, requestId), StandardCharsets.UTF_8);
        String newline = dialect == SimulatedDialect.GEMINI ? "\r\n" : "\n";
        String name = dialect == SimulatedDialect.ANTHROPIC ? "event: error\n" : "";
        return (name + "data: " + body + newline + newline).getBytes(StandardCharsets.UTF_8);
    }

    private static void openai(JsonGenerator json, Problem problem) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("error");
        json.writeStringField("message", problem.message());
        json.writeStringField("type", problem.type());
        writeOrNull(json, "param", problem.param());
        writeOrNull(json, "code", problem.code());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void anthropic(JsonGenerator json, Problem problem, String requestId) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "error");
        json.writeObjectFieldStart("error");
        json.writeStringField("type", problem.type());
        json.writeStringField("message", problem.message());
        if (!problem.code().isEmpty()) {
            json.writeObjectFieldStart("details");
            json.writeStringField("error_code", problem.code());
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeStringField("request_id", requestId);
        json.writeEndObject();
    }

    private static void gemini(JsonGenerator json, Problem problem) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("error");
        json.writeNumberField("code", problem.status());
        json.writeStringField("message", problem.message());
        json.writeStringField("status", problem.type());
        if (!problem.delay().isZero() || !problem.code().isEmpty()) {
            json.writeArrayFieldStart("details");
            if (problem.code().contains("Per")) {
                json.writeStartObject();
                json.writeStringField("@type", "type.googleapis.com/google.rpc.QuotaFailure");
                json.writeArrayFieldStart("violations");
                json.writeStartObject();
                json.writeStringField("quotaId", problem.code());
                json.writeEndObject();
                json.writeEndArray();
                json.writeEndObject();
            } else if (!problem.code().isEmpty()) {
                json.writeStartObject();
                json.writeStringField("@type", "type.googleapis.com/google.rpc.ErrorInfo");
                json.writeStringField("reason", problem.code());
                json.writeStringField("domain", "googleapis.com");
                json.writeEndObject();
            }
            if (!problem.delay().isZero()) {
                json.writeStartObject();
                json.writeStringField("@type", "type.googleapis.com/google.rpc.RetryInfo");
                json.writeStringField("retryDelay", FaultText.plainSeconds(problem.delay()) + "s");
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeOrNull(JsonGenerator json, String name, String value) throws IOException {
        if (value.isEmpty()) {
            json.writeNullField(name);
        } else {
            json.writeStringField(name, value);
        }
    }

    /** The headers that write this wait. */
    static Map<String, String> headers(SimulatedDialect dialect, RetryHint hint, Instant now) {
        Map<String, String> headers = new LinkedHashMap<>();
        switch (hint.form()) {
            case SECONDS:
                headers.put("retry-after", String.valueOf(FaultText.roundedUpSeconds(hint.delay())));
                break;
            case DECIMAL_SECONDS:
                headers.put("retry-after", FaultText.decimalSeconds(hint.delay()));
                break;
            case HTTP_DATE:
                Instant second = now.truncatedTo(ChronoUnit.SECONDS);
                headers.put("date", HTTP_DATE.format(second));
                headers.put(
                        "retry-after", HTTP_DATE.format(second.plusSeconds(FaultText.roundedUpSeconds(hint.delay()))));
                break;
            case MILLIS:
                headers.put("retry-after-ms", String.valueOf(hint.delay().toMillis()));
                break;
            case RESET_HEADERS:
                headers.putAll(RateLimiter.resetHeaders(dialect, hint.delay(), now));
                break;
            default:
                break;
        }
        return headers;
    }

    private static String typeOf(SimulatedDialect dialect, int status) {
        switch (dialect) {
            case OPENAI:
                return status == 429 ? "requests" : status >= 500 ? "server_error" : "invalid_request_error";
            case ANTHROPIC:
                return anthropicType(status);
            default:
                return geminiStatus(status);
        }
    }

    private static String anthropicType(int status) {
        switch (status) {
            case 401:
                return "authentication_error";
            case 402:
                return "billing_error";
            case 403:
                return "permission_error";
            case 404:
                return "not_found_error";
            case 413:
                return "request_too_large";
            case 429:
                return "rate_limit_error";
            case 504:
                return "timeout_error";
            case 503:
            case 529:
                return "overloaded_error";
            default:
                return status >= 500 ? "api_error" : "invalid_request_error";
        }
    }

    private static String geminiStatus(int status) {
        switch (status) {
            case 401:
                return "UNAUTHENTICATED";
            case 403:
                return "PERMISSION_DENIED";
            case 404:
                return "NOT_FOUND";
            case 409:
                return "ABORTED";
            case 429:
                return "RESOURCE_EXHAUSTED";
            case 408:
            case 504:
                return "DEADLINE_EXCEEDED";
            case 503:
            case 529:
                return "UNAVAILABLE";
            default:
                return status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT";
        }
    }

    private static String codeOf(SimulatedDialect dialect, int status) {
        if (dialect != SimulatedDialect.OPENAI) {
            return "";
        }
        switch (status) {
            case 401:
                return "invalid_api_key";
            case 404:
                return "model_not_found";
            case 429:
                return "rate_limit_exceeded";
            default:
                return "";
        }
    }

    private static String defaultMessage(int status) {
        switch (status) {
            case 400:
                return "The request is not valid.";
            case 401:
                return "The API key is not valid.";
            case 403:
                return "You may not do this.";
            case 404:
                return "There is no such thing.";
            case 408:
            case 504:
                return "The request took too long.";
            case 413:
                return "The request exceeds the maximum size.";
            case 429:
                return "Rate limit reached. Please slow down.";
            case 503:
            case 529:
                return "Overloaded";
            default:
                return status >= 500 ? "The server had an error." : "The request was refused.";
        }
    }
}
