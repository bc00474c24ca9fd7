package io.github.camelllm.tokens;

import java.util.Optional;

/**
 * Width and height of an image in pixels, as its header tells:
 * <a href="https://www.w3.org/TR/png-3/#11IHDR">PNG</a>, <a href="https://www.w3.org/Graphics/JPEG/itu-t81.pdf">JPEG</a>
 * (B.2.2), <a href="https://www.w3.org/Graphics/GIF/spec-gif89a.txt">GIF</a> (18) and
 * <a href="https://developers.google.com/speed/webp/docs/riff_container">WebP</a>.
 *
 * @param width at least 1
 * @param height at least 1
 */
record ImageSize(int width, int height) {
    /** A JPEG keeps its size behind segments of metadata; no sensible file has as many. */
    private static final int MAX_SEGMENTS = 1_000;

    /** Empty if the text is no base64 of a known format, or is cut before the size. Reads the header only. */
    static Optional<ImageSize> ofBase64(String base64) {
        Base64Bytes bytes = new Base64Bytes(base64);
        if (bytes.matches(0, "\u0089PNG\r\n\u001A\n") && bytes.matches(12, "IHDR")) {
            return png(bytes);
        }
        if (bytes.matches(0, "GIF87a") || bytes.matches(0, "GIF89a")) {
            return of(bytes.littleEndian16(6), bytes.littleEndian16(8));
        }
        if (bytes.matches(0, "\u00FF\u00D8\u00FF")) {
            return jpeg(bytes);
        }
        if (bytes.matches(0, "RIFF") && bytes.matches(8, "WEBP")) {
            return webp(bytes);
        }
        return Optional.empty();
    }

    private static Optional<ImageSize> of(int width, int height) {
        return width > 0 && height > 0 ? Optional.of(new ImageSize(width, height)) : Optional.empty();
    }

    private static Optional<ImageSize> png(Base64Bytes bytes) {
        int highWidth = bytes.bigEndian16(16);
        int lowWidth = bytes.bigEndian16(18);
        int highHeight = bytes.bigEndian16(20);
        int lowHeight = bytes.bigEndian16(22);
        if (highWidth < 0 || lowWidth < 0 || highHeight < 0 || lowHeight < 0) {
            return Optional.empty();
        }
        // Sizes of 2^31 and more, which the format forbids, turn negative.
        return of(highWidth << 16 | lowWidth, highHeight << 16 | lowHeight);
    }

    private static Optional<ImageSize> jpeg(Base64Bytes bytes) {
        long offset = 2;
        for (int segment = 0; segment < MAX_SEGMENTS; segment++) {
            if (bytes.at(offset) != 0xFF) {
                return Optional.empty();
            }
            int marker = bytes.at(offset + 1);
            if (marker == 0xFF) {
                // A fill byte.
                offset++;
                continue;
            }
            if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) {
                return of(bytes.bigEndian16(offset + 7), bytes.bigEndian16(offset + 5));
            }
            int length = bytes.bigEndian16(offset + 2);
            boolean imageBegins = marker == 0xDA || marker == 0xD9;
            if (length < 2 || imageBegins) {
                return Optional.empty();
            }
            offset += 2 + length;
        }
        return Optional.empty();
    }

    private static Optional<ImageSize> webp(Base64Bytes bytes) {
        if (bytes.matches(12, "VP8 ") && bytes.matches(23, "\u009D\u0001\u002A")) {
            return of(bytes.littleEndian16(26) & 0x3FFF, bytes.littleEndian16(28) & 0x3FFF, bytes.at(29));
        }
        if (bytes.matches(12, "VP8L") && bytes.at(20) == 0x2F) {
            int low = bytes.littleEndian16(21);
            int high = bytes.littleEndian16(23);
            return of((low & 0x3FFF) + 1, (high << 2 & 0x3FFC | low >>> 14) + 1, bytes.at(24));
        }
        if (bytes.matches(12, "VP8X")) {
            int width = bytes.littleEndian16(24) | bytes.at(26) << 16;
            int height = bytes.littleEndian16(27) | bytes.at(29) << 16;
            return of(width + 1, height + 1, bytes.at(29));
        }
        return Optional.empty();
    }

    /** @param lastByte the last byte read for the size; −1 if the file ends before it */
    private static Optional<ImageSize> of(int width, int height, int lastByte) {
        return lastByte < 0 ? Optional.empty() : of(width, height);
    }
}
