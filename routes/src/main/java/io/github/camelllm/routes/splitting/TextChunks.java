package io.github.camelllm.routes.splitting;

import io.github.camelllm.tokens.TokenCounter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.text.BreakIterator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a text into chunks of at most so many tokens: at the end of a paragraph where one lies in the second half of the
 * chunk, else at the end of a sentence, else between words. Each chunk but the first begins with the last sentences of the
 * one before it, as far as they fit into the overlap. Nothing but white space between sentences is lost.
 *
 * <p>Holds one chunk and one paragraph at a time; of a paragraph longer than {@value #MAX_PARAGRAPH_CHARS} characters, so
 * much. Not thread-safe.
 */
final class TextChunks extends RecordReader {
    private static final int MAX_PARAGRAPH_CHARS = 1 << 15;

    private final BufferedReader in;
    private final TokenCounter counter;
    private final String model;
    private final int maxTokens;
    private final int overlapTokens;
    private final Deque<Sentence> sentences = new ArrayDeque<>();
    private List<Sentence> overlap = List.of();
    private long line;
    private long number;
    private boolean ended;

    /** Something that is cut only if it is longer than a whole chunk. */
    private record Sentence(String text, long tokens, long line, boolean endsParagraph) {}

    /**
     * @param model whose tokens are counted
     * @param overlapTokens less than half of maxTokens
     */
    TextChunks(Reader in, TokenCounter counter, String model, int maxTokens, int overlapTokens) {
        if (maxTokens < 1 || overlapTokens < 0 || overlapTokens * 2L >= maxTokens) {
            throw new IllegalArgumentException(
                    "expected at least 1 token a chunk and an overlap of less than half of it, got " + maxTokens
                            + " and " + overlapTokens);
        }
        this.in = new BufferedReader(in);
        this.counter = counter;
        this.model = model;
        this.maxTokens = maxTokens;
        this.overlapTokens = overlapTokens;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    @Override
    @Nullable
    SplitRecord read() throws IOException {
        List<Sentence> chunk = new ArrayList<>(overlap);
        long tokens = tokens(chunk);
        int own = 0;
        while (fill()) {
            Sentence sentence = sentences.element();
            if (own == 0 && tokens + sentence.tokens() > maxTokens) {
                // No room beside the overlap
                chunk.clear();
                tokens = 0;
            }
            if (own > 0 && tokens + sentence.tokens() > maxTokens) {
                break;
            }
            chunk.add(sentences.remove());
            tokens += sentence.tokens();
            own++;
        }
        if (own == 0) {
            return null;
        }
        if (fill()) {
            giveBackAfterParagraph(chunk, tokens, own);
        }
        shrink(chunk);
        number++;
        overlap = lastOf(chunk);
        return SplitRecord.of(number, chunk.get(0).line(), join(chunk));
    }

    /** Ends the chunk at the last paragraph that ends in its second half, if there is one. */
    private void giveBackAfterParagraph(List<Sentence> chunk, long tokens, int own) {
        long left = tokens;
        int size = chunk.size();
        for (int last = size - 1; last > size - own && left * 2 > maxTokens; last--) {
            if (chunk.get(last).endsParagraph()) {
                for (int i = size - 1; i > last; i--) {
                    sentences.push(chunk.remove(i));
                }
                return;
            }
            left -= chunk.get(last).tokens();
        }
    }

    /** Side by side, sentences can have a token more than the sum of theirs. */
    private void shrink(List<Sentence> chunk) {
        while (count(join(chunk)) > maxTokens) {
            Sentence last = chunk.remove(chunk.size() - 1);
            if (!chunk.isEmpty() && !overlap.equals(chunk)) {
                sentences.push(last);
            } else if (!chunk.isEmpty()) {
                // No room for the overlap after all
                chunk.clear();
                chunk.add(last);
            } else {
                int cut = cut(last.text());
                sentences.push(new Sentence(
                        last.text().substring(cut),
                        count(last.text().substring(cut)),
                        last.line(),
                        last.endsParagraph()));
                chunk.add(new Sentence(last.text().substring(0, cut), 0, last.line(), false));
            }
        }
    }

    private List<Sentence> lastOf(List<Sentence> chunk) {
        long tokens = 0;
        int first = chunk.size();
        while (first > 1 && tokens + chunk.get(first - 1).tokens() <= overlapTokens) {
            first--;
            tokens += chunk.get(first).tokens();
        }
        return List.copyOf(chunk.subList(first, chunk.size()));
    }

    private static long tokens(List<Sentence> sentences) {
        return sentences.stream().mapToLong(Sentence::tokens).sum();
    }

    private static String join(List<Sentence> chunk) {
        StringBuilder text = new StringBuilder();
        for (Sentence sentence : chunk) {
            text.append(sentence.text());
        }
        return text.toString().strip();
    }

    /** Makes sure that there is a sentence. @return false at the end of the text */
    private boolean fill() throws IOException {
        while (sentences.isEmpty() && !ended) {
            readParagraph();
        }
        return !sentences.isEmpty();
    }

    private void readParagraph() throws IOException {
        StringBuilder paragraph = new StringBuilder();
        long start = line + 1;
        boolean complete = false;
        while (!complete && paragraph.length() < MAX_PARAGRAPH_CHARS) {
            complete = readLine(paragraph);
        }
        if (paragraph.toString().isBlank()) {
            return;
        }
        if (TextInput.isUnreadable(paragraph)) {
            throw new IllegalArgumentException(
                    "bytes that are not of the character set, in the paragraph that begins in line " + start);
        }
        BreakIterator ends = BreakIterator.getSentenceInstance(Locale.ROOT);
        String text = paragraph.toString();
        ends.setText(text);
        int from = ends.first();
        long sentenceLine = start;
        for (int to = ends.next(); to != BreakIterator.DONE; to = ends.next()) {
            String sentence = text.substring(from, to);
            add(sentence, sentenceLine, complete && to == text.length());
            sentenceLine += sentence.chars().filter(c -> c == '\n').count();
            from = to;
        }
    }

    /** @return whether the paragraph is at its end */
    private boolean readLine(StringBuilder paragraph) throws IOException {
        int begin = paragraph.length();
        while (paragraph.length() - begin < MAX_PARAGRAPH_CHARS) {
            int c = in.read();
            if (c == -1) {
                ended = true;
                return true;
            }
            if (c != '\r') {
                paragraph.append((char) c);
            }
            if (c == '\n') {
                line++;
                // A blank line after text
                return paragraph.substring(begin).isBlank();
            }
        }
        if (Character.isHighSurrogate(paragraph.charAt(paragraph.length() - 1))) {
            int low = in.read();
            if (low != -1) {
                paragraph.append((char) low);
            }
        }
        return false;
    }

    private void add(String text, long line, boolean endsParagraph) {
        long tokens = count(text);
        if (tokens <= maxTokens) {
            sentences.add(new Sentence(text, tokens, line, endsParagraph));
            return;
        }
        // A sentence, or a table or code without any, that is longer than a chunk
        int cut = cut(text);
        add(text.substring(0, cut), line, false);
        add(text.substring(cut), line, endsParagraph);
    }

    /** A place near the middle: after white space if there is some in the middle half. */
    private static int cut(String text) {
        int middle = text.length() / 2;
        for (int i = middle; i > text.length() / 4; i--) {
            if (Character.isWhitespace(text.charAt(i - 1))) {
                return i;
            }
        }
        if (text.length() < 2) {
            throw new IllegalArgumentException("expected chunks that have room for a character");
        }
        int at = Math.max(1, middle);
        boolean splitsPair =
                Character.isHighSurrogate(text.charAt(at - 1)) && Character.isLowSurrogate(text.charAt(at));
        if (splitsPair && text.length() == 2) {
            throw new IllegalArgumentException("expected chunks that have room for a character");
        }
        return splitsPair ? (at > 1 ? at - 1 : at + 1) : at;
    }

    private long count(String text) {
        return counter.count(model, text).upperBound();
    }
}
