package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes {@code image} and {@code document} blocks. Images go in any type that they have; documents inline as PDF or,
 * if their type is textual, as plain text read as UTF-8. A {@code data:} address becomes inline bytes. Not thread-safe.
 */
final class MediaWriter {
    private static final String PDF = "application/pdf";

    private final ContentWriter content;
    private final JsonGenerator json;

    MediaWriter(ContentWriter content, JsonGenerator json) {
        this.content = content;
        this.json = json;
    }

    /** The kind's name on the wire, also of kinds that it does not take. */
    static String wireType(ContentPart.Media media) {
        return media.kind().name().toLowerCase(Locale.ROOT);
    }

    /** Whether the wire takes it. */
    static boolean isKnown(ContentPart.Media media) {
        if (media.kind() == MediaKind.IMAGE) {
            return true;
        }
        if (media.kind() != MediaKind.DOCUMENT) {
            return false;
        }
        return !(inline(media.source()) instanceof MediaSource.Inline bytes) || isPdf(bytes) || isText(bytes);
    }

    void write(ContentPart.Media media, boolean withCache) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", wireType(media));
        json.writeObjectFieldStart("source");
        writeSource(media);
        json.writeEndObject();
        if (media.kind() == MediaKind.DOCUMENT && media.name().isPresent()) {
            json.writeStringField("title", media.name().get());
        }
        content.writeCache(withCache ? media.cache() : Optional.empty());
        json.writeEndObject();
    }

    private void writeSource(ContentPart.Media media) throws IOException {
        MediaSource source = inline(media.source());
        if (source instanceof MediaSource.Inline bytes) {
            if (media.kind() == MediaKind.DOCUMENT && !isPdf(bytes)) {
                json.writeStringField("type", "text");
                json.writeStringField("media_type", "text/plain");
                json.writeStringField("data", text(bytes));
            } else {
                json.writeStringField("type", "base64");
                json.writeStringField("media_type", typeOf(bytes));
                json.writeStringField("data", bytes.base64());
            }
        } else if (source instanceof MediaSource.Url url) {
            json.writeStringField("type", "url");
            json.writeStringField("url", url.url());
        } else if (source instanceof MediaSource.FileId file) {
            json.writeStringField("type", "file");
            json.writeStringField("file_id", file.id());
        } else {
            throw new AssertionError(source);
        }
    }

    private String text(MediaSource.Inline bytes) {
        try {
            return new String(bytes.bytes(), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw content.invalid("the bytes of a document have to be base64");
        }
    }

    /** A {@code data:} address as the bytes that it holds; anything else as it is. */
    private static MediaSource inline(MediaSource source) {
        if (!(source instanceof MediaSource.Url url) || !url.url().startsWith("data:")) {
            return source;
        }
        String address = url.url();
        int comma = address.indexOf(',');
        if (comma < 0 || !address.substring(0, comma).endsWith(";base64")) {
            return source;
        }
        return new MediaSource.Inline(
                address.substring("data:".length(), comma - ";base64".length()), address.substring(comma + 1));
    }

    private static String typeOf(MediaSource.Inline bytes) {
        String type = bytes.type();
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).trim().toLowerCase(Locale.ROOT);
    }

    private static boolean isPdf(MediaSource.Inline bytes) {
        return typeOf(bytes).equals(PDF);
    }

    private static boolean isText(MediaSource.Inline bytes) {
        String type = typeOf(bytes);
        return type.startsWith("text/")
                || type.endsWith("+json")
                || type.endsWith("+xml")
                || type.equals("application/json")
                || type.equals("application/xml")
                || type.equals("application/yaml")
                || type.equals("application/x-yaml");
    }
}
