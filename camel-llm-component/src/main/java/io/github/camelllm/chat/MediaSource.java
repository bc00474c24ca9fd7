package io.github.camelllm.chat;

import java.util.Base64;
import java.util.Optional;

/** Where the bytes of an image, audio clip, video or document are. */
public sealed interface MediaSource {
    /** The media type, such as {@code image/png}; empty if only the provider can tell. */
    Optional<String> mediaType();

    /**
     * Bytes carried in the request. Kept in base64, the form that every dialect sends.
     *
     * @param type media type, such as {@code application/pdf}
     * @param base64 the bytes in standard base64 with padding
     */
    record Inline(String type, String base64) implements MediaSource {
        public static Inline of(String mediaType, byte[] bytes) {
            return new Inline(mediaType, Base64.getEncoder().encodeToString(bytes));
        }

        @Override
        public Optional<String> mediaType() {
            return Optional.of(type);
        }

        public byte[] bytes() {
            return Base64.getDecoder().decode(base64);
        }

        @Override
        public String toString() {
            return "Inline[" + type + ", " + base64.length() + " base64 chars]";
        }
    }

    /**
     * An address that the provider fetches itself.
     *
     * @param url http(s), gs or another scheme that the provider knows
     */
    record Url(String url, Optional<String> mediaType) implements MediaSource {
        public static Url of(String url) {
            return new Url(url, Optional.empty());
        }

        /** Leaves the address out: it may carry a signature. */
        @Override
        public String toString() {
            return "Url[" + mediaType.orElse("unknown type") + "]";
        }
    }

    /**
     * A file uploaded to the provider beforehand.
     *
     * @param id the provider's id of the file
     */
    record FileId(String id, Optional<String> mediaType) implements MediaSource {
        public static FileId of(String id) {
            return new FileId(id, Optional.empty());
        }
    }
}
