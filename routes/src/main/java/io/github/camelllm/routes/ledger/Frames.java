package io.github.camelllm.routes.ledger;

import java.util.zip.CRC32C;

/** How records stand in a segment: length and CRC-32C of the payload, four bytes each, then the payload. */
final class Frames {
    /** What each segment begins with. */
    static final byte[] MAGIC = {'L', 'L', 'M', 'L', 'E', 'D', 'G', '1'};

    /** Bytes before the payload. */
    static final int HEAD = 8;

    /** Longest payload: what is longer is not kept, so that a damaged length is found out. */
    static final int MAX_PAYLOAD = 1 << 20;

    private static final int SHORTEST_PAYLOAD = 18;

    private Frames() {}

    /** @throws MalformedRecordException if it is too long to be kept */
    static ByteWriter frame(JournalRecord value) {
        ByteWriter out = new ByteWriter();
        out.skip(HEAD);
        RecordCodec.encode(value, out);
        int length = out.length() - HEAD;
        if (length > MAX_PAYLOAD) {
            throw new MalformedRecordException(
                    "a record of " + length + " bytes, expected at most " + MAX_PAYLOAD + ": are its tags so long?");
        }
        out.setInt(0, length);
        out.setInt(4, checksum(out.bytes(), HEAD, length));
        return out;
    }

    /** Length of the payload that begins after the head at a place; -1 if no frame can begin there. */
    static int payloadLength(byte[] bytes, int at) {
        int length = intAt(bytes, at);
        return length < SHORTEST_PAYLOAD || length > MAX_PAYLOAD ? -1 : length;
    }

    static boolean isIntact(byte[] bytes, int at, int length) {
        return intAt(bytes, at + 4) == checksum(bytes, at + HEAD, length);
    }

    private static int checksum(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    private static int intAt(byte[] bytes, int at) {
        return bytes[at] << 24 | (bytes[at + 1] & 0xFF) << 16 | (bytes[at + 2] & 0xFF) << 8 | bytes[at + 3] & 0xFF;
    }
}
