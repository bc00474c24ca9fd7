package io.github.camelllm.wire.gemini;

import io.github.camelllm.wire.WireTarget;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Paths of the API: where a model's methods are, and what a request's path says. */
final class GeminiPaths {
    static final String GENERATE = "generateContent";
    static final String STREAM = "streamGenerateContent";
    static final String COUNT = "countTokens";

    private static final String UNRESERVED = "-._~@";
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private GeminiPaths() {}

    /** Path of a model's method, such as {@code /models/gemini-2.5-flash:generateContent}. */
    static String of(String model, String method, WireTarget target) {
        String resource = resource(model, target);
        StringBuilder path = new StringBuilder(resource.length() + method.length() + 2).append('/');
        encode(resource, path);
        return path.append(':').append(method).toString();
    }

    /** Resource name of a model: ids with a slash are whole names already. */
    static String resource(String model, WireTarget target) {
        return model.indexOf('/') >= 0 ? model : target.profile().option("model-path-prefix", "models/") + model;
    }

    /** A model's id: its resource name without the collection that the codec adds by itself. */
    static String id(String resource) {
        if (resource.startsWith("models/")) {
            return resource.substring("models/".length());
        }
        int models = resource.lastIndexOf("/models/");
        return models >= 0 ? resource.substring(models + "/models/".length()) : resource;
    }

    /** What the path of a request names; empty if it names no method of a model. */
    static Optional<Call> parse(String path) {
        int query = path.indexOf('?');
        String plain = query < 0 ? path : path.substring(0, query);
        int colon = plain.lastIndexOf(':');
        if (colon < 0 || colon < plain.lastIndexOf('/')) {
            return Optional.empty();
        }
        String resource = plain.substring(0, colon);
        int models = resource.lastIndexOf("/models/");
        String model;
        if (models >= 0) {
            model = resource.substring(models + "/models/".length());
        } else if (resource.startsWith("models/")) {
            model = resource.substring("models/".length());
        } else {
            model = afterVersion(resource);
        }
        return model.isEmpty() ? Optional.empty() : Optional.of(new Call(decode(model), plain.substring(colon + 1)));
    }

    /** Text as the value of a query parameter. */
    static String queryValue(String value) {
        StringBuilder text = new StringBuilder(value.length());
        encode(value, text);
        return text.toString();
    }

    /** A model's method; {@code model} is its id, or its resource name if that is no {@code models/…}. */
    record Call(String model, String method) {}

    private static String afterVersion(String resource) {
        String rest = resource.startsWith("/") ? resource.substring(1) : resource;
        int slash = rest.indexOf('/');
        return slash > 0 && rest.substring(0, slash).matches("v\\d+[a-z0-9]*") ? rest.substring(slash + 1) : rest;
    }

    private static void encode(String text, StringBuilder into) {
        for (byte raw : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (raw & 0xFF);
            if (c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '/'
                    || UNRESERVED.indexOf(c) >= 0) {
                into.append(c);
            } else {
                into.append('%').append(HEX[c >> 4]).append(HEX[c & 15]);
            }
        }
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < raw.length; i++) {
            int high = raw[i] == '%' && i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(raw[i + 2], 16);
            if (low < 0) {
                bytes.write(raw[i]);
            } else {
                bytes.write(high << 4 | low);
                i += 2;
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
