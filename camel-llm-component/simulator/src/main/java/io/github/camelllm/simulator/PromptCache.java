package io.github.camelllm.simulator;

import com.knuddels.jtokkit.api.IntArrayList;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers the beginnings of prompts, as OpenAI's prompt cache does: a beginning of at least 1,024 tokens that was seen
 * before counts as cached, in steps of 128 tokens. Thread-safe.
 */
final class PromptCache {
    private static final int LEAST = 1_024;
    private static final int STEP = 128;
    private static final int MAX_ENTRIES = 65_536;

    private final Map<Long, Boolean> seen = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    /** How many of the prompt's first tokens were seen before; remembers them for the next time. */
    synchronized long cachedTokens(ChatRequest request) {
        StringBuilder prompt = new StringBuilder(request.model());
        for (ChatMessage message : request.messages()) {
            prompt.append('\n').append(message.text());
        }
        IntArrayList tokens = TokenCounts.tokens(prompt.toString());
        long cached = 0;
        long hash = Hash.of(request.model());
        for (int i = 0; i < tokens.size(); i++) {
            hash = Hash.mix(hash + tokens.get(i));
            int length = i + 1;
            if (length >= LEAST && length % STEP == 0 && seen.put(hash, true) != null) {
                cached = length;
            }
        }
        return cached;
    }
}
