package io.github.camelllm.tokens;

import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Estimates the tokens of images, audio, video and documents, by the formulas that providers publish or that were fitted
 * to their usage: <a href="https://platform.openai.com/docs/guides/images-vision#calculating-costs">OpenAI</a>,
 * <a href="https://platform.claude.com/docs/en/build-with-claude/vision">Claude</a>,
 * <a href="https://ai.google.dev/gemini-api/docs/tokens">Gemini</a>.
 *
 * <p>Where the bytes are not in the request, or do not tell, an image counts as one of 1024×1024 pixels, audio and video
 * as 30 seconds, a document as 10 pages. The length of media that are in the request is guessed from their size: 16 kB a
 * second for compressed audio (128 kbit/s), the header's rate for WAV, 250 kB a second for video (2 Mbit/s), 50 kB a page
 * for documents; documents that are text count as their text.
 */
final class MediaTokens {
    private static final ImageSize UNKNOWN_SIZE = new ImageSize(1024, 1024);
    private static final long UNKNOWN_SECONDS = 30;
    private static final long UNKNOWN_PAGES = 10;
    private static final long AUDIO_BYTES_PER_SECOND = 16_000;
    private static final long VIDEO_BYTES_PER_SECOND = 250_000;
    private static final long BYTES_PER_PAGE = 50_000;
    private static final long TEXT_TOKENS_PER_PAGE = 500;

    private MediaTokens() {}

    static long tokens(ContentPart.Media media, String model, ModelFamily family, ToLongFunction<String> text) {
        switch (media.kind()) {
            case IMAGE:
                return image(sizeOf(media.source()), media.detail().orElse("auto"), model, family);
            case AUDIO:
                return audioTokensPerSecond(family) * audioSeconds(media.source());
            case VIDEO:
                return videoTokensPerSecond(model, family) * seconds(media.source(), VIDEO_BYTES_PER_SECOND);
            case DOCUMENT:
                return document(media.source(), model, family, text);
            default:
                throw new AssertionError(media.kind());
        }
    }

    /** Tokens of one image of this size. */
    static long image(ImageSize size, String detail, String model, ModelFamily family) {
        switch (family) {
            case OPENAI:
            case OPENAI_CL100K:
                return openAiImage(size, detail, model);
            case CLAUDE:
                return Math.min(1_600, patches(shrink(size, 1_568), 28));
            case CLAUDE_NEW:
                return patches(shrink(size, 2_000), 28);
            case GEMINI:
                return geminiImage(size, detail, model);
            case QWEN:
                return Math.max(4, Math.min(1_280, patches(size, model.contains("qwen3") ? 32 : 28))) + 2;
            case MISTRAL:
                return model.contains("pixtral")
                        ? rowsOfPatches(shrink(size, 1_024), 16)
                        : rowsOfPatches(shrink(size, 1_540), 28);
            case LLAMA:
                return 144L * Math.min(16, patches(size, 336)) + 144;
            default:
                return Math.min(1_600, patches(shrink(size, 1_568), 28));
        }
    }

    /** One of OpenAI's formulas: for tiles of 512 pixels, or for patches of 32. */
    private record OpenAiImages(String prefix, boolean tiles, long base, double each) {
        static OpenAiImages tiles(String prefix, long base, long perTile) {
            return new OpenAiImages(prefix, true, base, perTile);
        }

        static OpenAiImages patches(String prefix, double factor) {
            return new OpenAiImages(prefix, false, 0, factor);
        }
    }

    /** The first prefix that fits counts. */
    private static final List<OpenAiImages> OPENAI_IMAGES = List.of(
            OpenAiImages.tiles("gpt-4o-mini", 2_833, 5_667),
            OpenAiImages.patches("gpt-4.1-mini", 1.62),
            OpenAiImages.patches("gpt-4.1-nano", 2.46),
            OpenAiImages.patches("o4-mini", 1.72),
            OpenAiImages.patches("gpt-5-mini", 1.62),
            OpenAiImages.patches("gpt-5-nano", 2.46),
            OpenAiImages.patches("gpt-6", 1.2),
            OpenAiImages.tiles("gpt-5", 70, 140),
            OpenAiImages.tiles("o1", 75, 150),
            OpenAiImages.tiles("o3", 75, 150),
            OpenAiImages.tiles("", 85, 170));

    private static long openAiImage(ImageSize size, String detail, String model) {
        for (OpenAiImages formula : OPENAI_IMAGES) {
            if (model.startsWith(formula.prefix)) {
                if (formula.tiles) {
                    return detail.equals("low")
                            ? formula.base
                            : formula.base + (long) formula.each * patches(shortSide(shrink(size, 2_048), 768), 512);
                }
                // GPT-6 does not shrink: its patches were seen to grow with the image up to these bounds.
                long most = !formula.prefix.equals("gpt-6") ? 1_536 : detail.equals("auto") ? 11_700 : 2_400;
                return (long) Math.ceil(Math.min(most, patches(size, 32)) * formula.each);
            }
        }
        throw new AssertionError(model);
    }

    private static long geminiImage(ImageSize size, String detail, String model) {
        if (!model.startsWith("gemini-1") && !model.startsWith("gemini-2")) {
            switch (detail) {
                case "low":
                    return 280;
                case "medium":
                    return 560;
                default:
                    return 1_120;
            }
        }
        return size.width() <= 384 && size.height() <= 384 ? 258 : 258 * patches(size, 768);
    }

    private static long audioTokensPerSecond(ModelFamily family) {
        return family == ModelFamily.OPENAI ? 10 : 32;
    }

    private static long videoTokensPerSecond(String model, ModelFamily family) {
        boolean fixedFrames =
                family == ModelFamily.GEMINI && !model.startsWith("gemini-1") && !model.startsWith("gemini-2");
        return fixedFrames ? 70 + 32 : 263;
    }

    private static long document(
            MediaSource source, String model, ModelFamily family, ToLongFunction<String> textTokens) {
        Optional<String> text = textOf(source);
        if (text.isPresent()) {
            return textTokens.applyAsLong(text.get());
        }
        long pages = bytesOf(source)
                .map(bytes -> Math.max(1, bytes / BYTES_PER_PAGE))
                .orElse(UNKNOWN_PAGES);
        switch (family) {
            case GEMINI:
                return pages * (model.startsWith("gemini-1") || model.startsWith("gemini-2") ? 258 : 560);
            case CLAUDE:
            case CLAUDE_NEW:
                // A page is its text and a picture of it.
                return pages * (2_000 + 1_500);
            default:
                return pages * (TEXT_TOKENS_PER_PAGE + image(UNKNOWN_SIZE, "auto", model, family));
        }
    }

    private static ImageSize sizeOf(MediaSource source) {
        return source instanceof MediaSource.Inline inline
                ? ImageSize.ofBase64(inline.base64()).orElse(UNKNOWN_SIZE)
                : UNKNOWN_SIZE;
    }

    private static long audioSeconds(MediaSource source) {
        if (source instanceof MediaSource.Inline inline) {
            Base64Bytes bytes = new Base64Bytes(inline.base64());
            if (bytes.matches(0, "RIFF") && bytes.matches(8, "WAVEfmt ")) {
                long perSecond = bytes.littleEndian16(28) | (long) bytes.littleEndian16(30) << 16;
                return perSecond > 0 ? 1 + bytes.length() / perSecond : UNKNOWN_SECONDS;
            }
        }
        return seconds(source, AUDIO_BYTES_PER_SECOND);
    }

    private static long seconds(MediaSource source, long bytesPerSecond) {
        return bytesOf(source).map(bytes -> 1 + bytes / bytesPerSecond).orElse(UNKNOWN_SECONDS);
    }

    private static Optional<Long> bytesOf(MediaSource source) {
        return source instanceof MediaSource.Inline inline
                ? Optional.of(new Base64Bytes(inline.base64()).length())
                : Optional.empty();
    }

    /** The text of a document that is one; empty for others, and for text that is no base64. */
    private static Optional<String> textOf(MediaSource source) {
        if (source instanceof MediaSource.Inline inline) {
            String type = inline.type().toLowerCase(Locale.ROOT);
            if (type.startsWith("text/") || type.startsWith("application/json") || type.startsWith("application/xml")) {
                try {
                    return Optional.of(new String(inline.bytes(), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    // The provider will refuse it; its base64 is the best guess at its size.
                    return Optional.of(inline.base64());
                }
            }
        }
        return Optional.empty();
    }

    /** Scaled down, if it must be, until neither side is longer than this. */
    private static ImageSize shrink(ImageSize size, int longSide) {
        return scale(size, (double) longSide / Math.max(size.width(), size.height()));
    }

    /** Scaled down, if it must be, until the shorter side is not longer than this. */
    private static ImageSize shortSide(ImageSize size, int shortSide) {
        return scale(size, (double) shortSide / Math.min(size.width(), size.height()));
    }

    private static ImageSize scale(ImageSize size, double factor) {
        return factor >= 1
                ? size
                : new ImageSize((int) Math.max(1, Math.round(size.width() * factor)), (int)
                        Math.max(1, Math.round(size.height() * factor)));
    }

    private static long patches(ImageSize size, int side) {
        return across(size.width(), side) * across(size.height(), side);
    }

    /** Patches, and one token that ends each row. */
    private static long rowsOfPatches(ImageSize size, int side) {
        return (across(size.width(), side) + 1) * across(size.height(), side);
    }

    private static long across(int pixels, int side) {
        return ((long) pixels + side - 1) / side;
    }
}
