package io.github.camelllm.tokens;

/**
 * Estimates tokens from the scripts of a text, for models without a tokenizer here. Characters (code points) are counted
 * by script and divided by the number of them that go into a token on average:
 *
 * <table>
 *   <caption>Characters per token before the family's factor</caption>
 *   <tr><td>Latin letters and white space</td><td>4.0</td></tr>
 *   <tr><td>Cyrillic, Indic scripts</td><td>3.2</td></tr>
 *   <tr><td>Arabic, Hebrew</td><td>3.0</td></tr>
 *   <tr><td>Greek, Thai and all other scripts</td><td>2.2</td></tr>
 *   <tr><td>digits, punctuation, signs</td><td>2.0</td></tr>
 *   <tr><td>Hangul</td><td>1.6</td></tr>
 *   <tr><td>words of more than 24 letters and digits, beyond the 24th: base64, keys, hashes</td><td>1.4</td></tr>
 *   <tr><td>Han, Kana</td><td>1.2</td></tr>
 *   <tr><td>emoji</td><td>0.5</td></tr>
 * </table>
 *
 * <p>Measured with o200k_base over short samples of prose, so ±15 % for one language at best; the table is on the cautious
 * side. 1,000 characters of English prose give 250 here and about 200 by the tokenizer.
 */
final class ScriptEstimate {
    private static final int LATIN = 0;
    private static final int CYRILLIC_INDIC = 1;
    private static final int ARABIC_HEBREW = 2;
    private static final int OTHER = 3;
    private static final int SIGN = 4;
    private static final int HANGUL = 5;
    private static final int LONG_WORD = 6;
    private static final int HAN = 7;
    private static final int EMOJI = 8;
    private static final double[] CHARACTERS_PER_TOKEN = {4.0, 3.2, 3.0, 2.2, 2.0, 1.6, 1.4, 1.2, 0.5};
    private static final int LONGEST_WORD = 24;

    /** Bit of letters and digits. */
    private static final int IN_WORD = 1;
    /** Bit of what counts as Latin. */
    private static final int IS_LATIN = 2;

    private static final byte[] ASCII = ascii();

    private ScriptEstimate() {}

    private static byte[] ascii() {
        byte[] kinds = new byte[0x80];
        for (int character = 0; character < kinds.length; character++) {
            boolean letter = (character | 0x20) >= 'a' && (character | 0x20) <= 'z';
            boolean digit = character >= '0' && character <= '9';
            kinds[character] = (byte) ((letter || digit ? IN_WORD : 0) | (letter || character <= ' ' ? IS_LATIN : 0));
        }
        return kinds;
    }

    /** Estimated tokens, rounded up; 0 for an empty text only. Lone surrogates count as signs. */
    static long tokens(String text, ModelFamily family) {
        long[] counts = new long[CHARACTERS_PER_TOKEN.length];
        int word = 0;
        int ascii = 0;
        int latin = 0;
        int inLongWords = 0;
        int i = 0;
        while (i < text.length()) {
            char unit = text.charAt(i);
            if (unit < ASCII.length) {
                // Without branches that depend on the text: those that are guessed wrong take longer than all else
                int kind = ASCII[unit];
                word = word + 1 & -(kind & IN_WORD);
                if (word > LONGEST_WORD) {
                    inLongWords++;
                } else {
                    latin += kind >> 1;
                }
                ascii++;
                i++;
            } else {
                int character = text.codePointAt(i);
                counts[scriptOf(character)]++;
                word = 0;
                i += Character.charCount(character);
            }
        }
        counts[LATIN] += latin;
        counts[LONG_WORD] = inLongWords;
        counts[SIGN] += ascii - latin - inLongWords;
        double tokens = 0;
        for (int script = 0; script < counts.length; script++) {
            tokens += counts[script] / CHARACTERS_PER_TOKEN[script] * factor(family, script);
        }
        return (long) Math.ceil(tokens);
    }

    private static double factor(ModelFamily family, int script) {
        switch (script) {
            case LATIN:
            case SIGN:
            case LONG_WORD:
                return family.latinFactor;
            case HAN:
                return family.hanFactor;
            default:
                return family.otherFactor;
        }
    }

    /** By block rather than by Unicode property: this runs for each character. */
    private static int scriptOf(int character) {
        if (character < 0x0590) {
            if (character < 0x00C0) {
                return SIGN;
            }
            if (character < 0x0370) {
                return LATIN;
            }
            return character >= 0x0400 && character < 0x0530 ? CYRILLIC_INDIC : OTHER;
        }
        if (character < 0x2000) {
            if (character < 0x0780) {
                return ARABIC_HEBREW;
            }
            if (character >= 0x0900 && character < 0x0E00) {
                return CYRILLIC_INDIC;
            }
            if (character >= 0x1100 && character < 0x1200) {
                return HANGUL;
            }
            return character >= 0x1E00 && character < 0x1F00 ? LATIN : OTHER;
        }
        if (character < 0x2E80) {
            return character >= 0x2600 && character < 0x27C0 ? EMOJI : SIGN;
        }
        if (character < 0xAC00) {
            return character < 0xA4D0 ? HAN : OTHER;
        }
        if (character < 0xD7B0) {
            return HANGUL;
        }
        if (character < 0x1F000) {
            return isWideForm(character) ? HAN : character < 0xF900 ? SIGN : OTHER;
        }
        return character < 0x20000 ? EMOJI : character < 0x40000 ? HAN : SIGN;
    }

    private static boolean isWideForm(int character) {
        return (character >= 0xF900 && character < 0xFB00) || (character >= 0xFF00 && character < 0xFFF0);
    }
}
