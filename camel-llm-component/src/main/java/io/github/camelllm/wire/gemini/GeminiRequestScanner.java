package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.camelllm.wire.RequestScan.Range;
import io.github.camelllm.wire.RequestScanner;
import java.io.IOException;
import java.util.Set;

/** Looks at a request of {@code generateContent} or {@code streamGenerateContent}. Names count in camelCase and in snake_case. */
final class GeminiRequestScanner extends RequestScanner {
    private static final Set<String> TEXT_PARTS =
            Set.of("text", "thought", "thoughtSignature", "functionCall", "functionResponse");

    /** Members that neither change what is read nor what is charged at other rates. */
    private static final Set<String> PLAIN = Set.of("safetySettings", "toolConfig", "labels", "serviceTier", "store");

    private static final Set<String> MORE_THAN_TEXT =
            Set.of("responseModalities", "speechConfig", "imageConfig", "mediaResolution");

    /** Among the names within members: a signature of another provider's, which Gemini would refuse. */
    static final String FOREIGN_SIGNATURE = "foreign thoughtSignature";

    private boolean firstUserSeen;

    /** @param stream whether the path asks for a stream */
    GeminiRequestScanner(byte[] body, boolean stream) {
        super(GeminiDialect.NAME, body);
        this.stream = stream;
        this.streamUsage = true;
    }

    @Override
    protected String canonical(String name) {
        if (name.indexOf('_') < 0) {
            return name;
        }
        StringBuilder camel = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            // One name begins with it: _responseJsonSchema
            if (c == '_' && i > 0 && i + 1 < name.length()) {
                camel.append(Character.toUpperCase(name.charAt(++i)));
            } else {
                camel.append(c);
            }
        }
        return camel.toString();
    }

    @Override
    protected void member(String name, JsonToken value, JsonParser json) throws IOException {
        switch (name) {
            case "contents":
                oneOrMore(value, json, this::content);
                break;
            case "systemInstruction":
                int from = start(json);
                messages++;
                members(name, value, json, this::contentMember);
                beginning.add(new Range(from, end(json)));
                break;
            case "tools":
                oneOrMore(value, json, this::tool);
                break;
            case "generationConfig":
                members(name, value, json, this::config);
                break;
            default:
                // A cached prompt is no text of the body, and what is not known may bring other input
                isText &= !isGiven(value) || PLAIN.contains(name) || name.equals("model");
                mayWriteCache |= isGiven(value) && !PLAIN.contains(name);
                json.skipChildren();
        }
    }

    private void config(String name, JsonToken value, JsonParser json) throws IOException {
        String known = canonical(name);
        switch (known) {
            case "maxOutputTokens":
                maxOutput(whole("generationConfig.maxOutputTokens", value, json));
                break;
            case "candidateCount":
                answers = Math.max(
                        1, whole("generationConfig.candidateCount", value, json).orElse(1));
                break;
            case "thinkingConfig":
                members(known, value, json, this::thinking);
                break;
            default:
                if (isGiven(value)) {
                    hasSchema |= known.equals("responseSchema")
                            || known.equals("responseJsonSchema")
                            || known.equals("_responseJsonSchema");
                    isText &= !MORE_THAN_TEXT.contains(known);
                }
                json.skipChildren();
        }
        if (isGiven(value)) {
            nested.add(known);
        }
    }

    private void thinking(String name, JsonToken value, JsonParser json) throws IOException {
        switch (canonical(name)) {
            case "thinkingBudget":
                reasons |= value == JsonToken.VALUE_NUMBER_INT && json.getIntValue() != 0;
                break;
            case "includeThoughts":
                reasons |= value == JsonToken.VALUE_TRUE;
                break;
            default:
                reasons |= isGiven(value);
        }
        json.skipChildren();
    }

    private void tool(JsonToken entry, JsonParser json) throws IOException {
        usesTools = true;
        members("tools", entry, json, (name, value, tool) -> {
            if (canonical(name).equals("functionDeclarations")) {
                nested.add("functionDeclarations");
                oneOrMore(value, tool, (function, functions) -> {
                    tools++;
                    functions.skipChildren();
                });
            } else {
                isText &= !isGiven(value);
                tool.skipChildren();
            }
        });
    }

    private void content(JsonToken entry, JsonParser json) throws IOException {
        messages++;
        int from = firstUserSeen ? 0 : start(json);
        boolean[] model = {false};
        members("contents", entry, json, (name, value, content) -> {
            if (name.equals("role")) {
                model[0] = word(value, content).equals("model");
            } else {
                contentMember(name, value, content);
            }
        });
        if (!firstUserSeen && !model[0]) {
            firstUserSeen = true;
            beginning.add(new Range(from, end(json)));
        }
    }

    private void contentMember(String name, JsonToken value, JsonParser json) throws IOException {
        if (!name.equals("parts")) {
            json.skipChildren();
        } else {
            oneOrMore(value, json, this::part);
        }
    }

    /** The API takes an object for an array of it. */
    private static void oneOrMore(JsonToken value, JsonParser json, EntryReader reader) throws IOException {
        if (value == JsonToken.START_OBJECT) {
            reader.read(value, json);
        } else {
            entries(value, json, reader);
        }
    }

    private void part(JsonToken entry, JsonParser json) throws IOException {
        parts++;
        members("parts", entry, json, (name, value, part) -> {
            String known = canonical(name);
            isText &= !isGiven(value) || TEXT_PARTS.contains(known);
            usesTools |= known.equals("functionCall") || known.equals("functionResponse");
            if (known.equals("thoughtSignature")
                    && value == JsonToken.VALUE_STRING
                    && ForeignSignatures.isForeign(part.getText())) {
                nested.add(FOREIGN_SIGNATURE);
            }
            if (known.equals("functionResponse")) {
                // It may hold media
                members(known, value, part, (member, held, response) -> {
                    isText &= !member.equals("parts") || !isGiven(held);
                    response.skipChildren();
                });
            } else {
                part.skipChildren();
            }
        });
    }
}
