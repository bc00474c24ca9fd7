package io.github.camelllm.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MediaTokensTest {
    @ParameterizedTest
    @CsvSource({
        // OpenAI's own examples: 1024x1024 is 765, 2048x4096 is 1105, low is 85.
        "gpt-4o,             1024, 1024, high, 765",
        "gpt-4o,             2048, 4096, high, 1105",
        "gpt-4o,             4096, 8192, low,  85",
        "gpt-4o,             512,  512,  auto, 255",
        "gpt-4o,             1,    1,    auto, 255",
        "gpt-4o-mini,        512,  512,  auto, 8500",
        "o3,                 512,  512,  auto, 225",
        "gpt-5,              512,  512,  auto, 210",
        // and of patches: 1024x1024 is 1024 of them, 1800x2400 is cut to 1536 at most.
        "gpt-4.1-mini,       1024, 1024, auto, 1659",
        "gpt-4.1-nano,       1024, 1024, auto, 2520",
        "o4-mini,            1024, 1024, auto, 1762",
        "gpt-5-mini,         1800, 2400, auto, 2489",
        "gpt-6,              1024, 1024, auto, 1229",
        "gpt-6,              4000, 4000, high, 2880",
        "claude-sonnet-4-5,  1000, 1000, auto, 1296",
        "claude-sonnet-4-5,  4000, 3000, auto, 1600",
        "claude-opus-5,      4000, 3000, auto, 3888",
        "gemini-2.5-flash,   384,  384,  auto, 258",
        "gemini-2.5-flash,   1024, 1024, auto, 1032",
        "gemini-3-pro,       4000, 4000, low,  280",
        "gemini-3-pro,       10,   10,   auto, 1120",
        "qwen2.5-vl-7b,      280,  280,  auto, 102",
        "qwen2.5-vl-7b,      28,   28,   auto, 6",
        "qwen3-vl,           320,  320,  auto, 102",
        "qwen3-vl,           9000, 9000, auto, 1282",
        "pixtral-12b,        160,  160,  auto, 110",
        "mistral-small-2503, 280,  280,  auto, 110",
        "llama-4-scout,      336,  336,  auto, 288",
        "grok-4,             1000, 1000, auto, 1296",
    })
    void countsImagesByTheModelsFormula(String model, int width, int height, String detail, long tokens) {
        ModelId id = ModelId.of(model);
        assertThat(MediaTokens.image(new ImageSize(width, height), detail, id.name(), ModelFamily.of(id)))
                .isEqualTo(tokens);
    }

    @Test
    void takesTheSizeFromTheImageAndOtherwiseAMiddlingOne() {
        byte[] gif = HexFormat.of().parseHex("47494638396100020002");
        ContentPart.Media small = ContentPart.Media.of("image/gif", gif, Optional.empty());
        ContentPart.Media address =
                ContentPart.Media.of(MediaKind.IMAGE, MediaSource.Url.of("https://example.com/a.png"));
        ContentPart.Media file = ContentPart.Media.of(MediaKind.IMAGE, MediaSource.FileId.of("file-1"));
        assertThat(tokens(small, "gpt-4o")).isEqualTo(255);
        assertThat(tokens(address, "gpt-4o")).isEqualTo(765);
        assertThat(tokens(file, "gpt-4o")).isEqualTo(765);
    }

    @Test
    void takesTheLengthOfAWavFromItsHeader() {
        byte[] wav = new byte[44 + 10 * 32_000];
        byte[] header = HexFormat.of()
                .parseHex("52494646" + "00000000" + "57415645666D7420" + "10000000" + "01000100" + "803E0000"
                        + "007D0000");
        System.arraycopy(header, 0, wav, 0, header.length);
        ContentPart.Media audio = ContentPart.Media.of("audio/wav", wav, Optional.empty());
        assertThat(tokens(audio, "gemini-2.5-flash")).isEqualTo(11 * 32);
        assertThat(tokens(audio, "gpt-4o-audio-preview")).isEqualTo(11 * 10);
    }

    @Test
    void guessesTheLengthOfOtherMediaFromTheirSize() {
        assertThat(tokens(ContentPart.Media.of("audio/mpeg", new byte[160_000], Optional.empty()), "gemini-2.5-pro"))
                .isEqualTo(11 * 32);
        assertThat(tokens(ContentPart.Media.of("video/mp4", new byte[500_000], Optional.empty()), "gemini-2.5-pro"))
                .isEqualTo(3 * 263);
        assertThat(tokens(
                        ContentPart.Media.of("application/pdf", new byte[100_000], Optional.empty()), "gemini-2.5-pro"))
                .isEqualTo(2 * 258);
        assertThat(tokens(ContentPart.Media.of("application/pdf", new byte[1], Optional.empty()), "gemini-3-pro"))
                .isEqualTo(560);
        assertThat(tokens(ContentPart.Media.of(MediaKind.DOCUMENT, MediaSource.FileId.of("f")), "claude-opus-4-1"))
                .isEqualTo(10 * 3_500);
        assertThat(tokens(ContentPart.Media.of(MediaKind.AUDIO, MediaSource.Url.of("gs://a/b")), "gemini-2.5-pro"))
                .isEqualTo(30 * 32);
        assertThat(tokens(ContentPart.Media.of(MediaKind.VIDEO, MediaSource.Url.of("gs://a/b")), "gemini-3-pro"))
                .isEqualTo(30 * 102);
    }

    @Test
    void countsTheTextOfDocumentsThatAreText() {
        byte[] text = "hello world".getBytes(StandardCharsets.UTF_8);
        for (String type : new String[] {"text/plain", "TEXT/CSV; charset=utf-8", "application/json"}) {
            assertThat(tokens(ContentPart.Media.of(type, text, Optional.empty()), "gpt-4o"))
                    .isEqualTo(11);
        }
        ContentPart.Media broken =
                ContentPart.Media.of(MediaKind.DOCUMENT, new MediaSource.Inline("text/plain", "no base64!"));
        assertThat(tokens(broken, "gpt-4o")).isEqualTo(10);
    }

    @ParameterizedTest
    @EnumSource(ModelFamily.class)
    void everyFamilyCountsEveryKindOfMedia(ModelFamily family) {
        for (MediaKind kind : MediaKind.values()) {
            ContentPart.Media unknown = ContentPart.Media.of(kind, MediaSource.Url.of("https://example.com"));
            assertThat(MediaTokens.tokens(unknown, "", family, String::length))
                    .as(kind.name())
                    .isPositive();
            ContentPart.Media garbage = ContentPart.Media.of(kind, new MediaSource.Inline("", "%%%"));
            assertThat(MediaTokens.tokens(garbage, "", family, String::length))
                    .as(kind.name())
                    .isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(ModelFamily.class)
    void hugeImagesDoNotOverflow(ModelFamily family) {
        ImageSize huge = new ImageSize(Integer.MAX_VALUE, Integer.MAX_VALUE);
        assertThat(MediaTokens.image(huge, "auto", "gemini-2.5-pro", family)).isPositive();
        assertThat(MediaTokens.image(new ImageSize(Integer.MAX_VALUE, 1), "auto", "pixtral", family))
                .isPositive();
    }

    /** Counts each character of text as a token. */
    private static long tokens(ContentPart.Media media, String model) {
        ModelId id = ModelId.of(model);
        return MediaTokens.tokens(media, id.name(), ModelFamily.of(id), String::length);
    }
}
