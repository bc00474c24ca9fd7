package io.github.camelllm.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ImageSizeTest {
    @ParameterizedTest
    @CsvSource({
        "png, 1, 1",
        "png, 1920, 1080",
        "png, 70000, 2",
        "jpg, 640, 481",
        "jpg, 1, 3000",
        "gif, 300, 65",
        "gif, 1, 1"
    })
    void readsWhatTheJdkWrites(String format, int width, int height) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, out))
                .isTrue();
        assertThat(ImageSize.ofBase64(base64(out.toByteArray()))).contains(new ImageSize(width, height));
    }

    /** Headers written by hand from the WebP container specification: lossy, lossless and extended. */
    @ParameterizedTest
    @CsvSource({
        "52494646 00000000 57454250 56503820 00000000 300100 9D012A 8002 E001,            640, 480",
        "52494646 00000000 57454250 56503820 00000000 300100 9D012A 8042 E081,            640, 480",
        "52494646 00000000 57454250 5650384C 00000000 2F 7FC27700,                        640, 480",
        "52494646 00000000 57454250 56503858 0A000000 10000000 7F0200 DF0100,             640, 480",
        "52494646 00000000 57454250 56503858 0A000000 10000000 FFFF00 000001,           65536, 65537",
    })
    void readsWebp(String hex, int width, int height) {
        byte[] header = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertThat(ImageSize.ofBase64(base64(header))).contains(new ImageSize(width, height));
        assertThat(ImageSize.ofBase64(base64(Arrays.copyOf(header, header.length - 1))))
                .isEmpty();
    }

    @Test
    void findsTheSizeOfAJpegBehindMetadata() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(HexFormat.of().parseHex("FFD8"));
        for (int i = 0; i < 5; i++) {
            out.writeBytes(HexFormat.of().parseHex("FFE1FFFF"));
            out.writeBytes(new byte[0xFFFF - 2]);
        }
        out.writeBytes(HexFormat.of().parseHex("FFFFC2001108012C00C8"));
        assertThat(ImageSize.ofBase64(base64(out.toByteArray()))).contains(new ImageSize(200, 300));
    }

    static Stream<String> noImages() {
        return Stream.of(
                "",
                "A",
                "!!!!",
                "iVBORw0KGgo=",
                "R0lGODlh",
                base64(HexFormat.of().parseHex("FFD8FFDA0008")),
                base64(HexFormat.of().parseHex("FFD8FFE00001FFC0")),
                base64(HexFormat.of().parseHex("FFD8FFE00000")),
                base64(HexFormat.of().parseHex("FFD8FF" + "FF".repeat(5_000))),
                base64(HexFormat.of().parseHex("89504E470D0A1A0A0000000D49484452FFFFFFFF00000001")),
                base64(HexFormat.of().parseHex("89504E470D0A1A0A0000000D494844520000000000000001")),
                base64(HexFormat.of().parseHex("474946383961 0000 0000".replace(" ", ""))),
                base64(HexFormat.of().parseHex("52494646000000005745425056503858")));
    }

    @ParameterizedTest
    @MethodSource("noImages")
    void isEmptyForWhatTellsNoSize(String base64) {
        assertThat(ImageSize.ofBase64(base64)).isEmpty();
    }

    @Property
    void anyTextIsReadOrEmpty(@ForAll String text, @ForAll byte[] bytes) {
        assertThat(ImageSize.ofBase64(text)).isEmpty();
        ImageSize.ofBase64("/9j/" + base64(bytes))
                .ifPresent(size -> assertThat(size.width()).isPositive());
        ImageSize.ofBase64("iVBORw0KGgoAAAANSUhEUg" + text)
                .ifPresent(size -> assertThat(size.height()).isPositive());
    }

    @Property
    void readsBytesAsTheDecoderDoes(@ForAll byte[] bytes) {
        Base64Bytes reader = new Base64Bytes(base64(bytes));
        assertThat(reader.length()).isEqualTo(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            assertThat(reader.at(i)).isEqualTo(bytes[i] & 0xFF);
        }
        assertThat(reader.at(bytes.length)).isEqualTo(-1);
        assertThat(reader.at(-1)).isEqualTo(-1);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
