package io.github.camelllm.wire.openai;

import io.github.camelllm.chat.MediaSource;
import java.util.Locale;
import java.util.Optional;

/** Media as this dialect writes them: {@code data:} URLs, and short format names for audio. */
final class DataUrls {
    private static final String SCHEME = "data:";
    private static final String BASE64 = ";base64,";

    private DataUrls() {}

    static String of(MediaSource.Inline inline) {
        return SCHEME + inline.type() + BASE64 + inline.base64();
    }

    /** The source that a URL means: its own bytes if it is a {@code data:} URL in base64. */
    static MediaSource source(String url) {
        if (url.startsWith(SCHEME)) {
            int comma = url.indexOf(',');
            int base64 = url.indexOf(BASE64);
            if (base64 >= 0 && base64 + BASE64.length() == comma + 1) {
                return new MediaSource.Inline(url.substring(SCHEME.length(), base64), url.substring(comma + 1));
            }
        }
        return MediaSource.Url.of(url);
    }

    /** The word for {@code input_audio.format}, such as {@code mp3} for {@code audio/mpeg}. */
    static String audioFormat(String mediaType) {
        String subtype = mediaType.substring(mediaType.indexOf('/') + 1).toLowerCase(Locale.ROOT);
        int parameters = subtype.indexOf(';');
        String bare =
                parameters < 0 ? subtype : subtype.substring(0, parameters).strip();
        switch (bare) {
            case "mpeg":
            case "mpga":
                return "mp3";
            case "x-wav":
            case "wave":
            case "vnd.wave":
                return "wav";
            case "mp4":
            case "x-m4a":
                return "m4a";
            case "x-flac":
                return "flac";
            default:
                return bare;
        }
    }

    static String audioType(String format) {
        switch (format) {
            case "mp3":
                return "audio/mpeg";
            case "m4a":
                return "audio/mp4";
            default:
                return "audio/" + format;
        }
    }

    /**
     * The type of spoken audio, which an answer does not tell: known by the first bytes of the formats that have some, else
     * raw samples ({@code pcm16}, the only format that is streamed).
     */
    static String spokenType(String base64) {
        if (base64.startsWith("UklGR")) {
            return "audio/wav";
        }
        if (base64.startsWith("SUQz")
                || base64.startsWith("//v")
                || base64.startsWith("//u")
                || base64.startsWith("//N")) {
            return "audio/mpeg";
        }
        if (base64.startsWith("ZkxhQ")) {
            return "audio/flac";
        }
        if (base64.startsWith("T2dnU")) {
            return "audio/opus";
        }
        if (base64.startsWith("//F") || base64.startsWith("//l")) {
            return "audio/aac";
        }
        return "audio/pcm16";
    }

    /** The type of a file by its {@code data:} URL, else by the ending of its name. */
    static Optional<String> typeOfName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".pdf")) {
            return Optional.of("application/pdf");
        }
        return lower.endsWith(".txt") ? Optional.of("text/plain") : Optional.empty();
    }
}
