package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.AnswerFacts;
import io.github.camelllm.wire.EmbeddingsPassThrough;
import io.github.camelllm.wire.EmbeddingsScan;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.RequestScan;
import io.github.camelllm.wire.RequestScanner;
import io.github.camelllm.wire.Splices;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** {@code POST /embeddings} that goes through as it comes. */
final class OpenAiEmbeddingsPassThrough implements EmbeddingsPassThrough {
    private static final String TASK_TYPE = "input_type";

    private final OpenAiEmbeddingsClientCodec client;

    /** @param client knows how many inputs a target takes */
    OpenAiEmbeddingsPassThrough(OpenAiEmbeddingsClientCodec client) {
        this.client = client;
    }

    @Override
    public EmbeddingsScan scan(byte[] body) {
        Scanner scanner = new Scanner(body);
        RequestScan scan = scanner.scan(UnaryOperator.identity());
        return new EmbeddingsScan(scan, scanner.inputs, scanner.tokens);
    }

    @Override
    public boolean fits(EmbeddingsScan scan, WireTarget target) {
        WireProfile profile = target.profile();
        RequestScan request = scan.request();
        for (String name : request.members().keySet()) {
            String spelled = profile.nameOf(name);
            if (profile.omits(name) || profile.omits(spelled) || !spelled.equals(name) && request.has(spelled)) {
                return false;
            }
        }
        boolean takesTaskType = !request.has(TASK_TYPE)
                || profile.option(OpenAiOptions.EMBEDDINGS_TASK_TYPE, TASK_TYPE).equals(TASK_TYPE);
        return takesTaskType
                && scan.inputs() <= client.maxInputs(target)
                && profile.defaults().keySet().stream().allMatch(request::has);
    }

    @Override
    public EncodedRequest encode(EmbeddingsScan scan, WireTarget target) {
        Splices splices = new Splices();
        RequestScan request = scan.request();
        request.members().forEach((name, member) -> {
            String spelled = target.profile().nameOf(name);
            if (!spelled.equals(name)) {
                splices.replace(member.name(), Json.string(spelled));
            }
        });
        if (!request.model().equals(target.model())) {
            request.member("model").ifPresent(member -> splices.replace(member.value(), Json.string(target.model())));
        }
        String path = OpenAiChatClientCodec.path(target, OpenAiOptions.EMBEDDINGS_PATH, "/embeddings", target.model());
        return EncodedRequest.post(path, splices.applyTo(request.body()), List.of());
    }

    @Override
    public AnswerFacts facts(byte[] body, WireTarget target) {
        try (JsonParser json = Json.FACTORY.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw Malformed.answer(target, "expected an object as the embeddings answer, got something else");
            }
            return facts(json, target);
        } catch (IOException e) {
            throw Malformed.json(target, "an embeddings answer", body, 0, body.length, e);
        }
    }

    private static AnswerFacts facts(JsonParser json, WireTarget target) throws IOException {
        Optional<String> model = Optional.empty();
        UsageReader usage = null;
        boolean hasData = false;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            switch (name) {
                case "model":
                    model = value == JsonToken.VALUE_STRING && json.getTextLength() > 0
                            ? Optional.of(json.getText())
                            : Optional.empty();
                    break;
                case "usage":
                    usage = UsageReader.read(json);
                    break;
                case "error":
                case "base_resp":
                    OpenAiEmbeddingsClientCodec.refuseError(name, json, target);
                    break;
                default:
                    hasData |= name.equals("data") && value == JsonToken.START_ARRAY;
                    json.skipChildren();
            }
        }
        if (!hasData) {
            throw Malformed.answer(target, "expected member 'data' in the embeddings answer, got none");
        }
        return new AnswerFacts(Optional.empty(), model, Optional.empty(), inputUsage(usage));
    }

    private static Optional<Usage> inputUsage(@Nullable UsageReader usage) {
        return Optional.ofNullable(usage).map(UsageReader::toInputUsage);
    }

    /** Looks at a request: which model, how many inputs of which kind. */
    private static final class Scanner extends RequestScanner {
        private static final String INPUTS =
                "a text, a list of texts, a list of token numbers, or a list of such lists";

        int inputs;
        long tokens;
        private long texts;

        Scanner(byte[] body) {
            super(OpenAiChatDialect.NAME, body);
        }

        @Override
        protected Map<String, String> needed() {
            return Map.of("model", "a string", "input", INPUTS);
        }

        @Override
        protected void member(String name, JsonToken value, JsonParser json) throws IOException {
            if (name.equals("model")) {
                model = text(name, value, json);
            } else if (name.equals("input")) {
                input(value, json);
            } else {
                json.skipChildren();
            }
        }

        private void input(JsonToken value, JsonParser json) throws IOException {
            if (value == JsonToken.VALUE_STRING) {
                inputs = 1;
                return;
            }
            if (value != JsonToken.START_ARRAY) {
                throw wrong("input", INPUTS, value);
            }
            long[] numbers = new long[1];
            entries(value, json, (entry, at) -> {
                if (entry == JsonToken.VALUE_NUMBER_INT) {
                    numbers[0]++;
                } else if (entry == JsonToken.START_ARRAY) {
                    inputs++;
                    entries(entry, at, (number, within) -> token(number));
                } else if (entry == JsonToken.VALUE_STRING) {
                    inputs++;
                    texts++;
                } else {
                    throw wrong("input", INPUTS, entry);
                }
            });
            boolean isOneList = numbers[0] > 0;
            if (isOneList ? inputs > 0 : inputs == 0 || texts > 0 && texts < inputs) {
                throw invalid("input: expected " + INPUTS + ", not empty, got something else");
            }
            if (isOneList) {
                inputs = 1;
                tokens = numbers[0];
            }
        }

        private void token(JsonToken number) {
            if (number != JsonToken.VALUE_NUMBER_INT) {
                throw wrong("input", INPUTS, number);
            }
            tokens++;
        }
    }
}
