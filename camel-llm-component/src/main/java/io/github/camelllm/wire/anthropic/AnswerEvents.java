package io.github.camelllm.wire.anthropic;

import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.StreamEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns content blocks into events, whether they come whole in a body or in pieces in a stream, so that both fold to
 * the same answer. Not thread-safe.
 *
 * <p>Text, thinking and arguments go out as they come. Blocks that only the provider understands are held until they
 * end, since their part comes whole.
 */
final class AnswerEvents {
    private final List<OpenBlock> open = new ArrayList<>(2);
    private int blocks;
    private int skipped;

    /** A block that has begun and not ended. */
    private static final class OpenBlock {
        final int index;
        final ContentBlock start;
        /** Key of a tool call. Not the wire's index, which some servers use twice. */
        final int call;

        /** Signature of a thinking block, arguments of an opaque one. */
        final StringBuilder pending = new StringBuilder(0);

        /** Thinking with members of its own, which has to come whole. */
        final StringBuilder held = new StringBuilder(0);

        boolean begun;
        boolean argumentsCame;

        @Nullable
        Map<String, String> changed;

        OpenBlock(int index, ContentBlock start, int call) {
            this.index = index;
            this.start = start;
            this.call = call;
        }
    }

    /** A stream whose parts do not fit together; the message has no content in it. */
    static final class UnexpectedBlockException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnexpectedBlockException(String message) {
            super(message);
        }
    }

    int skipped() {
        return skipped;
    }

    /** A block that came with all its content. */
    void whole(ContentBlock block, List<StreamEvent> out) {
        OpenBlock whole = new OpenBlock(-1, block, blocks++);
        begin(whole, out);
        close(whole, out);
    }

    void open(int index, ContentBlock block, List<StreamEvent> out) {
        if (find(index) != null) {
            throw new UnexpectedBlockException("names block " + index + ", which is open already");
        }
        if (!open.isEmpty()) {
            OpenBlock before = open.get(open.size() - 1);
            if (before.begun && before.start.type.equals("text")) {
                out.add(new StreamEvent.PartEnded(0));
                before.begun = false;
            }
        }
        OpenBlock started = new OpenBlock(index, block, blocks++);
        begin(started, out);
        open.add(started);
    }

    private void begin(OpenBlock block, List<StreamEvent> out) {
        ContentBlock start = block.start;
        switch (start.type) {
            case "text":
                skipped += start.otherMembers();
                text(block, start.text, out);
                for (Citation citation : start.citations) {
                    cite(block, citation, out);
                }
                break;
            case "thinking":
                block.pending.append(start.signature);
                if (start.otherMembers() == 0) {
                    // Also if it is empty: the signature of thinking that is not shown needs a part to belong to.
                    out.add(new StreamEvent.ReasoningDelta(0, start.thinking));
                } else {
                    block.held.append(start.thinking);
                }
                break;
            case "redacted_thinking":
                if (start.data == null) {
                    throw new UnexpectedBlockException("has a redacted_thinking block without 'data'");
                }
                out.add(new StreamEvent.PartAdded(
                        0,
                        new ContentPart.Reasoning("", Optional.empty(), Optional.of(start.data), start.othersJson())));
                break;
            case "tool_use":
                if (start.id == null || start.name == null) {
                    throw new UnexpectedBlockException("has a tool_use block without 'id' or 'name'");
                }
                out.add(new StreamEvent.ToolCallDelta(
                        0, block.call, Optional.of(start.id), Optional.of(start.name), "", false, start.othersJson()));
                break;
            case "":
                throw new UnexpectedBlockException("has a content block without 'type'");
            default:
                break;
        }
    }

    void delta(int index, BlockDelta delta, byte[] buffer, int offset, List<StreamEvent> out) {
        OpenBlock block = find(index);
        if (block == null) {
            throw new UnexpectedBlockException("names block " + index + ", open: " + openIndexes());
        }
        switch (block.start.type) {
            case "text":
                if (delta.text != null) {
                    requireLast(block);
                    text(block, delta.text, out);
                } else if (delta.citation != null) {
                    requireLast(block);
                    cite(block, delta.citation, out);
                } else {
                    skipped++;
                }
                break;
            case "thinking":
                if (delta.thinking != null) {
                    requireLast(block);
                    think(block, delta.thinking, out);
                } else if (delta.signature != null) {
                    block.pending.append(delta.signature);
                } else {
                    skipped++;
                }
                break;
            case "tool_use":
                if (delta.partialJson == null) {
                    skipped++;
                } else if (!delta.partialJson.isEmpty()) {
                    block.argumentsCame = true;
                    out.add(new StreamEvent.ToolCallDelta(
                            0, block.call, Optional.empty(), Optional.empty(), delta.partialJson, false));
                }
                break;
            case "redacted_thinking":
                skipped++;
                break;
            default:
                changeOpaque(block, delta, buffer, offset);
        }
    }

    private static void text(OpenBlock block, String text, List<StreamEvent> out) {
        if (!text.isEmpty()) {
            block.begun = true;
            out.add(new StreamEvent.TextDelta(0, text));
        }
    }

    private static void cite(OpenBlock block, Citation citation, List<StreamEvent> out) {
        if (!block.begun) {
            block.begun = true;
            out.add(new StreamEvent.TextDelta(0, ""));
        }
        out.add(new StreamEvent.CitationAdded(0, citation));
    }

    private static void think(OpenBlock block, String text, List<StreamEvent> out) {
        if (block.start.otherMembers() > 0) {
            block.held.append(text);
        } else if (!text.isEmpty()) {
            out.add(new StreamEvent.ReasoningDelta(0, text));
        }
    }

    /**
     * Arguments replace {@code input}; strings of other deltas (compaction_delta) append to the member of their name.
     */
    private void changeOpaque(OpenBlock block, BlockDelta delta, byte[] buffer, int offset) {
        if (delta.partialJson != null) {
            block.argumentsCame = true;
            block.pending.append(delta.partialJson);
            return;
        }
        if (delta.others.isEmpty()) {
            skipped++;
            return;
        }
        Map<String, String> members = members(block);
        for (RawJson.Slice other : delta.others) {
            String value = other.json(buffer, offset);
            String before = members.get(other.name());
            if (before != null && before.startsWith("\"") && value.startsWith("\"")) {
                value = before.substring(0, before.length() - 1) + value.substring(1);
            }
            members.put(other.name(), value);
        }
    }

    private static Map<String, String> members(OpenBlock block) {
        Map<String, String> members = block.changed;
        if (members == null) {
            members = new LinkedHashMap<>(RawJson.members(block.start.json()));
            block.changed = members;
        }
        return members;
    }

    void close(int index, List<StreamEvent> out) {
        OpenBlock block = find(index);
        if (block == null) {
            throw new UnexpectedBlockException("names block " + index + ", open: " + openIndexes());
        }
        open.remove(block);
        close(block, out);
    }

    /** Closes what is still open, for servers that end a message without ending its blocks. */
    void closeAll(List<StreamEvent> out) {
        for (OpenBlock block : open) {
            close(block, out);
        }
        open.clear();
    }

    private static void close(OpenBlock block, List<StreamEvent> out) {
        ContentBlock start = block.start;
        switch (start.type) {
            case "text":
                if (block.begun) {
                    out.add(new StreamEvent.PartEnded(0));
                }
                break;
            case "thinking":
                out.add(thinkingEnd(block));
                break;
            case "tool_use":
                String input = start.inputJson();
                if (!block.argumentsCame && !input.isEmpty()) {
                    out.add(new StreamEvent.ToolCallDelta(
                            0, block.call, Optional.empty(), Optional.empty(), input, false));
                }
                out.add(new StreamEvent.PartEnded(0));
                break;
            case "redacted_thinking":
                break;
            default:
                out.add(new StreamEvent.PartAdded(0, opaque(block)));
        }
    }

    private static StreamEvent thinkingEnd(OpenBlock block) {
        Optional<String> signature =
                block.pending.length() == 0 ? Optional.empty() : Optional.of(block.pending.toString());
        Optional<String> others = block.start.othersJson();
        if (others.isPresent()) {
            return new StreamEvent.PartAdded(
                    0, new ContentPart.Reasoning(block.held.toString(), signature, Optional.empty(), others));
        }
        return signature.isPresent()
                ? new StreamEvent.SignatureAdded(0, signature.get())
                : new StreamEvent.PartEnded(0);
    }

    private static ContentPart.Opaque opaque(OpenBlock block) {
        if (block.argumentsCame) {
            members(block).put("input", RawJson.toolInput(block.pending.toString()));
        }
        Map<String, String> changed = block.changed;
        String json = changed == null ? block.start.json() : RawJson.object(changed);
        Optional<String> text = Optional.empty();
        if (block.start.type.equals("compaction")) {
            String content = RawJson.members(json).getOrDefault("content", "null");
            text = content.startsWith("\"") ? Optional.of(RawJson.unquoted(content)) : text;
        }
        return new ContentPart.Opaque(AnthropicDialect.NAME, block.start.type, json, text);
    }

    private void requireLast(OpenBlock block) {
        if (open.get(open.size() - 1) != block) {
            throw new UnexpectedBlockException(
                    "goes on with block " + block.index + " after a later one began, open: " + openIndexes());
        }
    }

    private @Nullable OpenBlock find(int index) {
        for (int i = open.size() - 1; i >= 0; i--) {
            if (open.get(i).index == index) {
                return open.get(i);
            }
        }
        return null;
    }

    private String openIndexes() {
        return open.stream().map(block -> String.valueOf(block.index)).collect(Collectors.joining(", ", "[", "]"));
    }
}
