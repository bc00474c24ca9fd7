package io.github.camelllm.transport;

/**
 * A header field to be sent.
 *
 * @param name a token such as {@code content-type}
 * @param value printable ASCII; control characters are refused, so that a value cannot smuggle in another header
 *     (RFC 9110 section 5.5)
 */
public record HttpField(String name, String value) {
    private static final String MARKS = "-_.!#$%&'*+^`|~";

    public HttpField {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a header field needs a name");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || MARKS.indexOf(c) >= 0)) {
                throw new IllegalArgumentException("header field name has an illegal character at index " + i);
            }
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\t' || c >= 0x7f) {
                throw new IllegalArgumentException(
                        "value of header field " + name + " has an illegal character at index " + i);
            }
        }
    }

    public static HttpField of(String name, String value) {
        return new HttpField(name, value);
    }

    /** The name only: values hold keys. */
    @Override
    public String toString() {
        return name + ": …";
    }
}
