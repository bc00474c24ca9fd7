package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.camelllm.wire.AnswerFacts;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.FrameSkimmer;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.PassThrough;
import io.github.camelllm.wire.RequestScan;
import io.github.camelllm.wire.Splices;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Calls of {@code generateContent} that go through as they come; the model is in the path, so that mostly no byte changes. */
final class GeminiPassThrough implements PassThrough {
    private static final List<String> MEDIA = List.of("image", "audio", "video", "document");

    private static final FrameSkimmer.Words WORDS = new FrameSkimmer.Words(
            List.of("text"),
            List.of("usageMetadata"),
            List.of(
                    "finishReason",
                    "promptFeedback",
                    "error",
                    "functionCall",
                    "inlineData",
                    "executableCode",
                    "codeExecutionResult"),
            List.of(),
            Optional.empty());

    @Override
    public RequestScan scan(String path, byte[] body, UnaryOperator<JsonParser> around) {
        GeminiPaths.Call call = GeminiPaths.parse(path)
                .orElseThrow(() -> Members.invalid("path: expected …/models/{model}:{method}, got another path"));
        if (!call.method().equals(GeminiPaths.GENERATE) && !call.method().equals(GeminiPaths.STREAM)) {
            throw Members.invalid("path: expected generateContent or streamGenerateContent, got another method");
        }
        return new GeminiRequestScanner(body, call.method().equals(GeminiPaths.STREAM)).scan(around);
    }

    @Override
    public boolean fits(RequestScan scan, WireTarget target) {
        WireProfile profile = target.profile();
        return !scan.nested().contains(GeminiRequestScanner.FOREIGN_SIGNATURE)
                && profile.rename().isEmpty()
                && profile.roles().isEmpty()
                && profile.omit().stream().noneMatch(omitted -> concerns(omitted, scan))
                && profile.defaults().keySet().stream().allMatch(scan::has);
    }

    private static boolean concerns(String omitted, RequestScan scan) {
        return scan.has(omitted)
                || scan.nested().contains(omitted)
                || omitted.equals("json_schema") && scan.hasSchema()
                || omitted.equals("json_object") && scan.nested().contains("responseMimeType")
                || MEDIA.contains(omitted) && !scan.isText();
    }

    @Override
    public EncodedRequest encode(RequestScan scan, Map<String, String> clientHeaders, WireTarget target) {
        Splices splices = new Splices();
        scan.member("model").ifPresent(member -> {
            String resource = GeminiPaths.resource(target.model(), target);
            splices.replace(member.value(), Json.string(resource));
        });
        String path = scan.stream()
                ? GeminiPaths.of(target.model(), GeminiPaths.STREAM, target) + "?alt=sse"
                : GeminiPaths.of(target.model(), GeminiPaths.GENERATE, target);
        return new EncodedRequest("POST", path, clientHeaders, splices.applyTo(scan.body()), List.of());
    }

    @Override
    public boolean withholdsUsage(RequestScan scan) {
        return false;
    }

    /** None: those that the provider knows name an account. */
    @Override
    public Set<String> headers() {
        return Set.of();
    }

    @Override
    public FrameSkimmer skimmer() {
        return new FrameSkimmer(WORDS);
    }

    @Override
    public Optional<AnswerFacts> facts(byte[] body, WireTarget target) {
        try (JsonParser json = Json.FACTORY.createParser(body)) {
            return json.nextToken() == JsonToken.START_OBJECT ? new Facts().read(json) : Optional.empty();
        } catch (IOException e) {
            throw GeminiErrors.unreadable("answer", Json.asProcessing(e), target);
        }
    }

    /** What a whole answer says of itself. */
    private static final class Facts {
        private final GeminiUsage usage = new GeminiUsage();
        private Optional<String> id = Optional.empty();
        private Optional<String> model = Optional.empty();
        private @Nullable String finish;
        private boolean calls;
        private boolean unclear;

        Optional<AnswerFacts> read(JsonParser json) throws IOException {
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                member(name, json.nextToken(), json);
            }
            unclear |= json.nextToken() != null;
            if (unclear || finish == null) {
                return Optional.empty();
            }
            String reason = finish;
            return usage.toUsage()
                    .map(counted -> new AnswerFacts(
                            id, model, Optional.of(AnswerEvents.reason(reason, calls)), Optional.of(counted)));
        }

        private void member(String name, JsonToken value, JsonParser json) throws IOException {
            switch (name) {
                case "responseId":
                    id = text(value, json);
                    break;
                case "modelVersion":
                    model = text(value, json);
                    break;
                case "usageMetadata":
                    usage.read(json);
                    break;
                case "candidates":
                    candidates(value, json);
                    break;
                default:
                    unclear |= name.equals("error") || name.equals("promptFeedback");
                    json.skipChildren();
            }
        }

        private void candidates(JsonToken value, JsonParser json) throws IOException {
            if (value != JsonToken.START_ARRAY) {
                json.skipChildren();
                return;
            }
            int index = 0;
            for (JsonToken entry = json.nextToken(); entry != JsonToken.END_ARRAY; entry = json.nextToken()) {
                if (entry != JsonToken.START_OBJECT || index++ > 0) {
                    unclear |= entry != JsonToken.START_OBJECT;
                    json.skipChildren();
                    continue;
                }
                for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                    JsonToken member = json.nextToken();
                    if (name.equals("finishReason")) {
                        finish = text(member, json).orElse(null);
                    } else if (name.equals("content")) {
                        content(member, json);
                    } else {
                        json.skipChildren();
                    }
                }
            }
        }

        private void content(JsonToken value, JsonParser json) throws IOException {
            if (value != JsonToken.START_OBJECT) {
                json.skipChildren();
                return;
            }
            int depth = 1;
            while (depth > 0) {
                JsonToken token = json.nextToken();
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (token == JsonToken.FIELD_NAME) {
                    calls |= json.currentName().equals("functionCall");
                }
            }
        }

        private static Optional<String> text(JsonToken value, JsonParser json) throws IOException {
            if (value == JsonToken.VALUE_STRING && json.getTextLength() > 0) {
                return Optional.of(json.getText());
            }
            json.skipChildren();
            return Optional.empty();
        }
    }
}
