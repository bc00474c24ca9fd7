package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One chunk's candidates as they are read, before they become events: a member such as {@code index} or
 * {@code responseId} may stand behind the parts that it tells about. Reused from chunk to chunk. Not thread-safe.
 */
final class AnswerParts {
    private final List<Candidate> pool = new ArrayList<>(1);
    private int size;

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    Candidate get(int i) {
        return pool.get(i);
    }

    Candidate add() {
        if (size == pool.size()) {
            pool.add(new Candidate());
        }
        Candidate candidate = pool.get(size);
        candidate.clear(size++);
        return candidate;
    }

    /** One candidate of a chunk. */
    static final class Candidate {
        private final List<Part> pool = new ArrayList<>(1);
        private int size;
        int index;

        @Nullable
        String finishReason;

        @Nullable
        JsonNode logprobs;

        Map<String, String> extensions = Map.of();

        private void clear(int position) {
            size = 0;
            index = position;
            finishReason = null;
            logprobs = null;
            extensions = Map.of();
        }

        int parts() {
            return size;
        }

        Part part(int i) {
            return pool.get(i);
        }

        Part addPart() {
            if (size == pool.size()) {
                pool.add(new Part());
            }
            Part part = pool.get(size++);
            part.clear();
            return part;
        }

        void extension(String name, String json) {
            if (extensions.isEmpty()) {
                extensions = new LinkedHashMap<>();
            }
            extensions.put(name, json);
        }
    }

    /** One part of a candidate: at most one of text, call, media and opaque is set. */
    static final class Part {
        boolean thought;

        @Nullable
        String text;

        @Nullable
        String signature;

        boolean call;

        @Nullable
        String callId;

        @Nullable
        String callName;

        @Nullable
        String arguments;

        boolean willContinue;

        @Nullable
        JsonNode partialArguments;

        Map<String, String> furtherMembers = Map.of();
        Map<String, String> furtherCallMembers = Map.of();

        @Nullable
        String mimeType;

        @Nullable
        String data;

        @Nullable
        String fileUri;

        @Nullable
        String displayName;

        @Nullable
        String opaqueType;

        @Nullable
        String opaqueJson;

        private void clear() {
            thought = false;
            text = null;
            signature = null;
            call = false;
            callId = null;
            callName = null;
            arguments = null;
            willContinue = false;
            partialArguments = null;
            furtherMembers = Map.of();
            furtherCallMembers = Map.of();
            mimeType = null;
            data = null;
            fileUri = null;
            displayName = null;
            opaqueType = null;
            opaqueJson = null;
        }

        void furtherMember(String name, String json) {
            if (furtherMembers.isEmpty()) {
                furtherMembers = new LinkedHashMap<>();
            }
            furtherMembers.put(name, json);
        }

        void furtherCallMember(String name, String json) {
            if (furtherCallMembers.isEmpty()) {
                furtherCallMembers = new LinkedHashMap<>();
            }
            furtherCallMembers.put(name, json);
        }
    }
}
