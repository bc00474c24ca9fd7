package io.github.camelllm.tokens;

/**
 * Reads single bytes of a base64 text without decoding the rest: the headers of media files are a few bytes of what may
 * be many megabytes.
 */
final class Base64Bytes {
    private final String base64;

    Base64Bytes(String base64) {
        this.base64 = base64;
    }

    /** Number of bytes, if the text is base64 without line breaks. */
    long length() {
        int end = base64.length();
        while (end > 0 && base64.charAt(end - 1) == '=') {
            end--;
        }
        return end * 3L / 4;
    }

    /** The byte at this offset, 0 to 255; −1 if there is none or the text is no base64 there. */
    int at(long offset) {
        long first = offset / 3 * 4 + offset % 3;
        if (offset < 0 || first + 1 >= base64.length()) {
            return -1;
        }
        int high = sextet(base64.charAt((int) first));
        int low = sextet(base64.charAt((int) first + 1));
        if (high < 0 || low < 0) {
            return -1;
        }
        int shift = (int) (offset % 3) * 2;
        return ((high << (2 + shift)) | (low >>> (4 - shift))) & 0xFF;
    }

    /** Unsigned number of two bytes, the high one first; −1 if they are not there. */
    int bigEndian16(long offset) {
        int high = at(offset);
        int low = at(offset + 1);
        return high < 0 || low < 0 ? -1 : high << 8 | low;
    }

    /** Unsigned number of two bytes, the low one first; −1 if they are not there. */
    int littleEndian16(long offset) {
        int low = at(offset);
        int high = at(offset + 1);
        return high < 0 || low < 0 ? -1 : high << 8 | low;
    }

    /** Whether these bytes, given as Latin-1 text, are here. */
    boolean matches(long offset, String bytes) {
        for (int i = 0; i < bytes.length(); i++) {
            if (at(offset + i) != bytes.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int sextet(char character) {
        if (character >= 'A' && character <= 'Z') {
            return character - 'A';
        }
        if (character >= 'a' && character <= 'z') {
            return character - 'a' + 26;
        }
        if (character >= '0' && character <= '9') {
            return character - '0' + 52;
        }
        return character == '+' ? 62 : character == '/' ? 63 : -1;
    }
}
