package io.github.camelllm.simulator;

/** Small 64-bit hashes that are the same on every machine and in every run. */
final class Hash {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private Hash() {}

    /** FNV-1a over the text's chars, mixed. */
    static long of(CharSequence text) {
        return of(0, text);
    }

    static long of(long seed, CharSequence text) {
        long hash = OFFSET ^ seed;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
        return mix(hash);
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
    static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** A number from 0 to bound, exclusive. */
    static int index(long hash, int bound) {
        return (int) Long.remainderUnsigned(hash, bound);
    }

    /** So many letters and digits, drawn from the hash. */
    static String id(long hash, int length) {
        String alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        StringBuilder id = new StringBuilder(length);
        long state = hash;
        for (int i = 0; i < length; i++) {
            state = mix(state + 0x9e3779b97f4a7c15L);
            id.append(alphabet.charAt(index(state, alphabet.length())));
        }
        return id.toString();
    }
}
