package io.github.camelllm.routes.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import java.util.List;

/**
 * Attributes of spans: those of the semantic conventions for generative AI, and ours, which begin with {@code llm.}.
 *
 * @see <a href="https://github.com/open-telemetry/semantic-conventions-genai">The conventions</a>
 */
final class GenAi {
    static final AttributeKey<String> OPERATION_NAME = AttributeKey.stringKey("gen_ai.operation.name");
    static final AttributeKey<String> PROVIDER_NAME = AttributeKey.stringKey("gen_ai.provider.name");
    static final AttributeKey<String> OUTPUT_TYPE = AttributeKey.stringKey("gen_ai.output.type");

    static final AttributeKey<String> REQUEST_MODEL = AttributeKey.stringKey("gen_ai.request.model");
    static final AttributeKey<Boolean> REQUEST_STREAM = AttributeKey.booleanKey("gen_ai.request.stream");
    static final AttributeKey<Long> REQUEST_MAX_TOKENS = AttributeKey.longKey("gen_ai.request.max_tokens");
    static final AttributeKey<Double> REQUEST_TEMPERATURE = AttributeKey.doubleKey("gen_ai.request.temperature");
    static final AttributeKey<Double> REQUEST_TOP_P = AttributeKey.doubleKey("gen_ai.request.top_p");
    static final AttributeKey<Double> REQUEST_TOP_K = AttributeKey.doubleKey("gen_ai.request.top_k");
    static final AttributeKey<Double> REQUEST_FREQUENCY_PENALTY =
            AttributeKey.doubleKey("gen_ai.request.frequency_penalty");
    static final AttributeKey<Double> REQUEST_PRESENCE_PENALTY =
            AttributeKey.doubleKey("gen_ai.request.presence_penalty");
    static final AttributeKey<Long> REQUEST_SEED = AttributeKey.longKey("gen_ai.request.seed");
    static final AttributeKey<Long> REQUEST_CHOICE_COUNT = AttributeKey.longKey("gen_ai.request.choice.count");

    static final AttributeKey<String> RESPONSE_ID = AttributeKey.stringKey("gen_ai.response.id");
    static final AttributeKey<String> RESPONSE_MODEL = AttributeKey.stringKey("gen_ai.response.model");
    static final AttributeKey<List<String>> RESPONSE_FINISH_REASONS =
            AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");
    static final AttributeKey<Double> RESPONSE_TIME_TO_FIRST_CHUNK =
            AttributeKey.doubleKey("gen_ai.response.time_to_first_chunk");

    static final AttributeKey<Long> USAGE_INPUT_TOKENS = AttributeKey.longKey("gen_ai.usage.input_tokens");
    static final AttributeKey<Long> USAGE_OUTPUT_TOKENS = AttributeKey.longKey("gen_ai.usage.output_tokens");
    static final AttributeKey<Long> USAGE_CACHE_READ = AttributeKey.longKey("gen_ai.usage.cache_read.input_tokens");
    static final AttributeKey<Long> USAGE_CACHE_CREATION =
            AttributeKey.longKey("gen_ai.usage.cache_creation.input_tokens");
    static final AttributeKey<Long> USAGE_REASONING = AttributeKey.longKey("gen_ai.usage.reasoning.output_tokens");

    static final AttributeKey<String> SYSTEM_INSTRUCTIONS = AttributeKey.stringKey("gen_ai.system_instructions");
    static final AttributeKey<String> INPUT_MESSAGES = AttributeKey.stringKey("gen_ai.input.messages");
    static final AttributeKey<String> OUTPUT_MESSAGES = AttributeKey.stringKey("gen_ai.output.messages");

    static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.stringKey("server.address");
    static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
    static final AttributeKey<String> HTTP_METHOD = AttributeKey.stringKey("http.request.method");
    static final AttributeKey<Long> HTTP_STATUS = AttributeKey.longKey("http.response.status_code");
    static final AttributeKey<Long> HTTP_RESEND_COUNT = AttributeKey.longKey("http.request.resend_count");
    static final AttributeKey<String> HTTP_ROUTE = AttributeKey.stringKey("http.route");
    static final AttributeKey<String> URL_PATH = AttributeKey.stringKey("url.path");
    static final AttributeKey<String> URL_SCHEME = AttributeKey.stringKey("url.scheme");

    /** Name of the router that chose the model. */
    static final AttributeKey<String> ROUTER = AttributeKey.stringKey("llm.router");
    /** {@code call_id} in the ledger, of the attempt that answered. */
    static final AttributeKey<String> CALL_ID = AttributeKey.stringKey("llm.call.id");

    /** What another call asked for this one, such as {@code judgment}. Absent if a route or client asked. */
    static final AttributeKey<String> PURPOSE = AttributeKey.stringKey("llm.purpose");

    static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("llm.attempts");
    /** Exact: whole billionths of the currency. Absent if unknown. */
    static final AttributeKey<Long> COST_NANOS = AttributeKey.longKey("llm.cost.nanos");

    static final AttributeKey<String> COST_CURRENCY = AttributeKey.stringKey("llm.cost.currency");
    /** How our own cache found the answer. */
    static final AttributeKey<String> CACHE = AttributeKey.stringKey("llm.cache");
    /** {@code id} of the attempt in the ledger. */
    static final AttributeKey<String> ATTEMPT_ID = AttributeKey.stringKey("llm.attempt.id");

    static final AttributeKey<Long> ATTEMPT_COST_NANOS = AttributeKey.longKey("llm.attempt.cost.nanos");
    /** Seconds that our own limits held it back. */
    static final AttributeKey<Double> ATTEMPT_WAITED = AttributeKey.doubleKey("llm.attempt.waited");
    /** Id of the key that a request came with. */
    static final AttributeKey<String> KEY_ID = AttributeKey.stringKey("llm.key.id");

    private GenAi() {}
}
