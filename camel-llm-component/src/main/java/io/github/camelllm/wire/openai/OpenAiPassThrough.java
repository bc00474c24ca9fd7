package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.wire.AnswerFacts;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.FrameSkimmer;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.PassThrough;
import io.github.camelllm.wire.RequestScan;
import io.github.camelllm.wire.RequestScan.Member;
import io.github.camelllm.wire.RequestScan.Role;
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
import org.jspecify.annotations.Nullable;

/** Chat completions that go through as they come. */
final class OpenAiPassThrough implements PassThrough {
    private static final Set<String> HEADERS = Set.of(OpenAiChatClientCodec.BETA);
    private static final String STREAM_OPTIONS = "stream_options";
    private static final String MAX_TOKENS = "max_tokens";
    private static final String MAX_COMPLETION_TOKENS = "max_completion_tokens";

    /** Values of {@code omit} that are no members of the body. */
    private static final List<String> MEDIA = List.of("image", "audio", "video", "document");

    private static final List<String> FORMATS = List.of("json_schema", "json_object");

    /** Ways to write tools and parts of messages in which some providers differ. */
    private static final List<String> SPELLINGS = List.of(
            OpenAiOptions.TOOL_CHOICE_REQUIRED,
            OpenAiOptions.TOOL_PARAMETERS,
            OpenAiOptions.TOOL_CALL_IDS,
            OpenAiOptions.TOOL_NAME,
            OpenAiOptions.TOOL_MEDIA,
            OpenAiOptions.TEXT_PARTS,
            OpenAiOptions.EMPTY_CONTENT,
            OpenAiOptions.DOCUMENTS,
            OpenAiOptions.AUDIO_URL);

    private static final FrameSkimmer.Words WORDS = new FrameSkimmer.Words(
            List.of("content", "reasoning_content", "reasoning", "refusal", "arguments", "text", "transcript", "input"),
            List.of("usage"),
            List.of(
                    "finish_reason",
                    "tool_calls",
                    "function_call",
                    "audio",
                    "images",
                    "error",
                    "base_resp",
                    "detail",
                    "errors"),
            List.of(),
            Optional.of("choices"));

    @Override
    public RequestScan scan(String path, byte[] body, UnaryOperator<JsonParser> around) {
        return new OpenAiRequestScanner(body).scan(around);
    }

    @Override
    public boolean fits(RequestScan scan, WireTarget target) {
        WireProfile profile = target.profile();
        if (scan.has(MAX_TOKENS) && scan.has(MAX_COMPLETION_TOKENS)) {
            return false;
        }
        for (String name : scan.members().keySet()) {
            String spelled = spelled(name, profile);
            if (profile.omits(name) || profile.omits(spelled) || !spelled.equals(name) && scan.has(spelled)) {
                return false;
            }
        }
        for (String omitted : profile.omit()) {
            if (concerns(omitted, scan)) {
                return false;
            }
        }
        return scan.members().keySet().containsAll(profile.defaults().keySet())
                && takesReasoning(scan, profile)
                && (!scan.usesTools() && scan.parts() == 0
                        || SPELLINGS.stream().noneMatch(profile.options()::containsKey));
    }

    private static boolean concerns(String omitted, RequestScan scan) {
        return scan.nested().contains(omitted)
                || MEDIA.contains(omitted) && !scan.isText()
                || FORMATS.contains(omitted) && scan.has("response_format")
                || omitted.equals("strict") && scan.tools() > 0;
    }

    private static boolean takesReasoning(RequestScan scan, WireProfile profile) {
        Optional<Member> effort = scan.member("reasoning_effort");
        if (effort.isEmpty()) {
            return true;
        }
        if (!profile.option(OpenAiOptions.REASONING, "reasoning_effort").equals("reasoning_effort")) {
            return false;
        }
        String efforts = profile.option(OpenAiOptions.REASONING_EFFORTS, "");
        RequestScan.Range value = effort.get().value();
        String word = new String(scan.body(), value.from(), value.to() - value.from(), StandardCharsets.UTF_8);
        return efforts.isEmpty() || List.of(efforts.split(",")).contains(word.replace("\"", ""));
    }

    /** How the provider spells a member: the two names of the longest answer are one. */
    private static String spelled(String name, WireProfile profile) {
        return profile.nameOf(name.equals(MAX_COMPLETION_TOKENS) ? MAX_TOKENS : name);
    }

    @Override
    public EncodedRequest encode(RequestScan scan, Map<String, String> clientHeaders, WireTarget target) {
        Splices splices = new Splices();
        WireProfile profile = target.profile();
        scan.members().forEach((name, member) -> {
            String spelled = spelled(name, profile);
            if (!spelled.equals(name)) {
                splices.replace(member.name(), Json.string(spelled));
            }
        });
        if (!scan.model().equals(target.model())) {
            scan.member("model").ifPresent(member -> splices.replace(member.value(), Json.string(target.model())));
        }
        if (!profile.roles().isEmpty()) {
            for (Role role : scan.roles()) {
                String word = profile.roleOf(role.word());
                if (!word.equals(role.word())) {
                    splices.replace(role.range(), Json.string(word));
                }
            }
        }
        if (asksForUsage(scan, profile)) {
            askForUsage(scan, splices);
        }
        String path = OpenAiChatClientCodec.path(target, OpenAiOptions.CHAT_PATH, "/chat/completions", target.model());
        return new EncodedRequest("POST", path, clientHeaders, splices.applyTo(scan.body()), List.of());
    }

    private static boolean asksForUsage(RequestScan scan, WireProfile profile) {
        return scan.stream() && !scan.streamUsage() && !profile.omits(STREAM_OPTIONS);
    }

    private static void askForUsage(RequestScan scan, Splices splices) {
        Optional<Member> options = scan.member(STREAM_OPTIONS);
        if (options.isPresent()) {
            RequestScan.Range value = options.get().value();
            splices.replace(value, withUsage(scan.body(), value));
        } else {
            scan.member("model")
                    .ifPresent(model ->
                            splices.insert(model.name().from(), ascii("\"stream_options\":{\"include_usage\":true},")));
        }
    }

    /** The client's options with usage: as the last member, which replaces one that says no. */
    private static byte[] withUsage(byte[] body, RequestScan.Range value) {
        return Json.bytes(json -> {
            json.writeStartObject();
            try (JsonParser options = Json.FACTORY.createParser(body, value.from(), value.to() - value.from())) {
                if (options.nextToken() == JsonToken.START_OBJECT) {
                    while (options.nextToken() == JsonToken.FIELD_NAME) {
                        if (options.currentName().equals("include_usage")) {
                            options.nextToken();
                        } else {
                            json.copyCurrentStructure(options);
                        }
                    }
                }
            }
            json.writeBooleanField("include_usage", true);
            json.writeEndObject();
        });
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public boolean withholdsUsage(RequestScan scan) {
        return !scan.streamUsage();
    }

    @Override
    public Set<String> headers() {
        return HEADERS;
    }

    @Override
    public FrameSkimmer skimmer() {
        return new FrameSkimmer(WORDS);
    }

    @Override
    public Optional<AnswerFacts> facts(byte[] body, WireTarget target) {
        boolean reasoningOutside = OpenAiOptions.isTrue(target.profile(), OpenAiOptions.REASONING_OUTSIDE_OUTPUT);
        try (JsonParser json = Json.FACTORY.createParser(body)) {
            return json.nextToken() == JsonToken.START_OBJECT
                    ? new Facts().read(json, reasoningOutside)
                    : Optional.empty();
        } catch (IOException e) {
            throw Malformed.json(target, "an answer", body, 0, body.length, e);
        }
    }

    /** What a whole answer says of itself. */
    private static final class Facts {
        private Optional<String> id = Optional.empty();
        private Optional<String> model = Optional.empty();
        private @Nullable String finish;
        private @Nullable UsageReader usage;
        private @Nullable String serviceTier;
        private boolean calls;
        private boolean unclear;
        private int choices;

        Optional<AnswerFacts> read(JsonParser json, boolean reasoningOutside) throws IOException {
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                member(name, json.nextToken(), json);
            }
            if (unclear || choices == 0 || usage == null || finish == null || FinishWords.isFailure(finish)) {
                return Optional.empty();
            }
            FinishReason reason = FinishWords.finish(finish, null, null, calls).reason();
            return Optional.of(new AnswerFacts(
                    id, model, Optional.of(reason), Optional.of(usage.toUsage(serviceTier, reasoningOutside))));
        }

        private void member(String name, JsonToken value, JsonParser json) throws IOException {
            switch (name) {
                case "id":
                    id = text(value, json);
                    break;
                case "model":
                    model = text(value, json);
                    break;
                case "service_tier":
                    serviceTier = text(value, json).orElse(serviceTier);
                    break;
                case "usage":
                    usage = UsageReader.read(json);
                    break;
                case "choices":
                    choices(value, json);
                    break;
                case "error":
                case "base_resp":
                case "x_groq":
                    unclear |= value != JsonToken.VALUE_NULL;
                    json.skipChildren();
                    break;
                default:
                    json.skipChildren();
            }
        }

        private void choices(JsonToken value, JsonParser json) throws IOException {
            if (value != JsonToken.START_ARRAY) {
                json.skipChildren();
                return;
            }
            for (JsonToken entry = json.nextToken(); entry != JsonToken.END_ARRAY; entry = json.nextToken()) {
                if (entry != JsonToken.START_OBJECT) {
                    unclear = true;
                    json.skipChildren();
                    continue;
                }
                choice(choices++, json);
            }
        }

        private void choice(int index, JsonParser json) throws IOException {
            boolean hasMessage = false;
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                if (name.equals("finish_reason") && index == 0) {
                    finish = text(value, json).orElse(null);
                } else if (name.equals("message") && value == JsonToken.START_OBJECT) {
                    hasMessage = true;
                    message(index, json);
                } else {
                    // Where routers tell a finish or usage in another way
                    unclear |= name.equals("native_finish_reason") || name.equals("usage");
                    json.skipChildren();
                }
            }
            unclear |= !hasMessage;
        }

        private void message(int index, JsonParser json) throws IOException {
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                boolean isList = value == JsonToken.START_ARRAY;
                if (index == 0 && name.equals("tool_calls") && isList) {
                    calls = json.nextToken() != JsonToken.END_ARRAY;
                    if (calls) {
                        skipRest(json);
                    }
                } else {
                    calls |= index == 0 && name.equals("function_call") && value == JsonToken.START_OBJECT;
                    json.skipChildren();
                }
            }
        }

        /** The rest of an array, of which the first entry has begun. */
        private static void skipRest(JsonParser json) throws IOException {
            do {
                json.skipChildren();
            } while (json.nextToken() != JsonToken.END_ARRAY);
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
