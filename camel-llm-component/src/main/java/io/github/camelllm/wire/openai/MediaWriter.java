package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.wire.UnsupportedOptions;
import io.github.camelllm.wire.WireProfile;
import java.io.IOException;
import java.util.Locale;

/** Writes images, audio, video and documents as content parts. */
final class MediaWriter {
    private final WireProfile profile;
    private final UnsupportedOptions unsupported;
    private final JsonGenerator json;
    private final String documents;
    private final String audioUrl;

    MediaWriter(WireProfile profile, UnsupportedOptions unsupported, JsonGenerator json) {
        this.profile = profile;
        this.unsupported = unsupported;
        this.json = json;
        this.documents = profile.option(OpenAiOptions.DOCUMENTS, "file");
        this.audioUrl = profile.option(OpenAiOptions.AUDIO_URL, OpenAiOptions.NONE);
    }

    /** What a refusal calls this kind of media: the word of {@code omit}. */
    static String option(MediaKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** Whether the provider takes this part; the policy is applied if it does not. */
    boolean takes(ContentPart.Media part) {
        boolean takes = !profile.omits(option(part.kind())) && takes(part.kind(), part.source());
        if (!takes) {
            unsupported.meaning(option(part.kind()));
        }
        return takes;
    }

    private boolean takes(MediaKind kind, MediaSource source) {
        if (!(source instanceof MediaSource.Url)) {
            return true;
        }
        switch (kind) {
            case AUDIO:
                return !audioUrl.equals(OpenAiOptions.NONE);
            case DOCUMENT:
                return !documents.equals("file");
            default:
                return true;
        }
    }

    /** Writes the members of the part's object. */
    void write(ContentPart.Media part) throws IOException {
        MediaSource source = part.source();
        if (source instanceof MediaSource.FileId file) {
            writeFile(file);
            return;
        }
        String url = source instanceof MediaSource.Inline inline
                ? part.kind() == MediaKind.AUDIO ? inline.base64() : DataUrls.of(inline)
                : ((MediaSource.Url) source).url();
        switch (part.kind()) {
            case IMAGE:
                json.writeStringField("type", "image_url");
                json.writeObjectFieldStart("image_url");
                json.writeStringField("url", url);
                if (part.detail().isPresent()) {
                    json.writeStringField("detail", part.detail().get());
                }
                json.writeEndObject();
                break;
            case VIDEO:
                writeUrl("video_url", url);
                break;
            case AUDIO:
                writeAudio(source, url);
                break;
            default:
                writeDocument(part, url);
        }
    }

    private void writeFile(MediaSource.FileId file) throws IOException {
        json.writeStringField("type", "file");
        if (documents.equals("document_url")) {
            json.writeStringField("file_id", file.id());
        } else {
            json.writeObjectFieldStart("file");
            json.writeStringField("file_id", file.id());
            json.writeEndObject();
        }
    }

    private void writeUrl(String type, String url) throws IOException {
        json.writeStringField("type", type);
        json.writeObjectFieldStart(type);
        json.writeStringField("url", url);
        json.writeEndObject();
    }

    private void writeAudio(MediaSource source, String data) throws IOException {
        if (source instanceof MediaSource.Inline inline) {
            json.writeStringField("type", "input_audio");
            json.writeObjectFieldStart("input_audio");
            json.writeStringField("data", data);
            json.writeStringField("format", DataUrls.audioFormat(inline.type()));
            json.writeEndObject();
        } else if (audioUrl.equals("input_audio")) {
            json.writeStringField("type", "input_audio");
            json.writeStringField("input_audio", data);
        } else {
            writeUrl("audio_url", data);
        }
    }

    private void writeDocument(ContentPart.Media part, String url) throws IOException {
        if (documents.equals("document_url")) {
            json.writeStringField("type", "document_url");
            json.writeStringField("document_url", url);
            if (part.name().isPresent()) {
                json.writeStringField("document_name", part.name().get());
            }
            return;
        }
        json.writeStringField("type", "file");
        json.writeObjectFieldStart("file");
        json.writeStringField("filename", part.name().orElseGet(() -> name(part.source())));
        json.writeStringField("file_data", url);
        json.writeEndObject();
    }

    /** OpenAI wants a name with every file and looks at its ending. */
    private static String name(MediaSource source) {
        String type = source.mediaType().orElse("application/pdf");
        int slash = type.indexOf('/');
        String subtype = type.substring(slash + 1);
        return "document." + (subtype.equals("plain") ? "txt" : subtype.replaceAll("[^A-Za-z0-9].*", ""));
    }
}
