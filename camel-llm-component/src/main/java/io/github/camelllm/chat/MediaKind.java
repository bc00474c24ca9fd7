package io.github.camelllm.chat;

import java.util.Locale;

/** The modality of a media part. */
public enum MediaKind {
    IMAGE,
    AUDIO,
    VIDEO,
    DOCUMENT;

    /** The kind that a media type belongs to; whatever is not image, audio or video is a document. */
    public static MediaKind ofMediaType(String mediaType) {
        String type = mediaType.toLowerCase(Locale.ROOT);
        if (type.startsWith("image/")) {
            return IMAGE;
        }
        if (type.startsWith("audio/")) {
            return AUDIO;
        }
        return type.startsWith("video/") ? VIDEO : DOCUMENT;
    }
}
