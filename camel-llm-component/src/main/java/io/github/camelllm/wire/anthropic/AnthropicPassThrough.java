package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.camelllm.chat.FinishReason;
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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Messages that go through as they come. */
final class AnthropicPassThrough implements PassThrough {
    private static final Set<String> HEADERS = Set.of("anthropic-version", AnthropicClientCodec.BETA);

    private static final FrameSkimmer.Words WORDS = new FrameSkimmer.Words(
            List.of("text", "thinking", "partial_json"),
            List.of(),
            List.of("usage", "stop_reason", "error"),
            List.of(
                    "message_start",
                    "content_block_start",
                    "content_block_stop",
                    "message_delta",
                    "message_stop",
                    "error"),
            Optional.empty());

    @Override
    public RequestScan scan(String path, byte[] body, UnaryOperator<JsonParser> around) {
        return new AnthropicRequestScanner(body).scan(around);
    }

    @Override
    public boolean fits(RequestScan scan, WireTarget target) {
        WireProfile profile = target.profile();
        // Signatures that Gemini gave are not for Anthropic, which refuses members that it does not know
        return !scan.nested().contains(MessageReader.EXTRA_CONTENT)
                && profile.rename().isEmpty()
                && profile.roles().isEmpty()
                && profile.omit().stream().noneMatch(omitted -> concerns(omitted, scan))
                && profile.defaults().keySet().stream().allMatch(scan::has);
    }

    private static boolean concerns(String omitted, RequestScan scan) {
        return scan.has(omitted)
                || scan.nested().contains(omitted)
                || omitted.equals("disable_parallel_tool_use") && scan.has("tool_choice")
                || omitted.equals("json_schema") && scan.hasSchema()
                || (omitted.equals("image") || omitted.equals("document")) && !scan.isText();
    }

    @Override
    public EncodedRequest encode(RequestScan scan, Map<String, String> clientHeaders, WireTarget target) {
        Splices splices = new Splices();
        if (!scan.model().equals(target.model())) {
            scan.member("model").ifPresent(member -> splices.replace(member.value(), quoted(target.model())));
        }
        WireProfile profile = target.profile();
        String path = profile.option("path", "/messages");
        String template = scan.stream() ? profile.option("stream-path", path) : path;
        return new EncodedRequest(
                "POST",
                AnthropicClientCodec.path(template, target.model()),
                AnthropicClientCodec.headers(profile, clientHeaders),
                splices.applyTo(scan.body()),
                List.of());
    }

    private static byte[] quoted(String text) {
        return RawJson.string(text).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean withholdsUsage(RequestScan scan) {
        return false;
    }

    @Override
    public Set<String> headers() {
        return HEADERS;
    }

    /** The version is not among them: what is decoded is written, and its answer read, in the version that the codec speaks. */
    @Override
    public Set<String> featureHeaders() {
        return Set.of(AnthropicClientCodec.BETA);
    }

    @Override
    public FrameSkimmer skimmer() {
        return new FrameSkimmer(WORDS);
    }

    @Override
    public Optional<AnswerFacts> facts(byte[] body, WireTarget target) {
        try (JsonParser json = Json.FACTORY.createParser(body)) {
            return json.nextToken() == JsonToken.START_OBJECT ? facts(json, body) : Optional.empty();
        } catch (IOException e) {
            throw AnthropicErrors.malformed(target, "the answer is no JSON, " + Json.where(Json.asProcessing(e)));
        }
    }

    private static Optional<AnswerFacts> facts(JsonParser json, byte[] body) throws IOException {
        Optional<String> id = Optional.empty();
        Optional<String> model = Optional.empty();
        Optional<String> reason = Optional.empty();
        RawJson.Slice usage = null;
        boolean hasContent = false;
        boolean hasError = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            Optional<String> text = value == JsonToken.VALUE_STRING ? text(name, json) : Optional.empty();
            switch (name) {
                case "id":
                    id = text;
                    break;
                case "model":
                    model = text;
                    break;
                case "stop_reason":
                    reason = text;
                    break;
                case "usage":
                    usage = value == JsonToken.START_OBJECT ? RawJson.skip(name, json) : null;
                    break;
                default:
                    hasContent |= name.equals("content") && value == JsonToken.START_ARRAY;
                    hasError |= name.equals("error") && value != JsonToken.VALUE_NULL;
                    json.skipChildren();
            }
        }
        if (hasError || !hasContent || usage == null || reason.isEmpty()) {
            return Optional.empty();
        }
        MessagesUsage counted = new MessagesUsage();
        counted.read(body, usage.from(), usage.to() - usage.from());
        FinishReason finish = StopReasons.stopReasonToFinish(reason.get(), null).reason();
        return Optional.of(new AnswerFacts(id, model, Optional.of(finish), Optional.of(counted.toUsage())));
    }

    /** Only what is wanted is made a text. */
    private static Optional<String> text(String name, JsonParser json) throws IOException {
        boolean wanted = name.equals("id") || name.equals("model") || name.equals("stop_reason");
        return wanted ? Optional.of(json.getText()) : Optional.empty();
    }
}
