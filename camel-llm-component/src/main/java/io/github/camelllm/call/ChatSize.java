package io.github.camelllm.call;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.tokens.TokenCount;
import io.github.camelllm.tokens.TokenCounter;
import java.util.OptionalLong;

/** Size of a chat request, counted when first asked for. */
final class ChatSize implements AttemptSize {
    private final ChatRequest request;
    private final CallTarget target;
    private final TokenCounter estimates;
    private final TokenCounter exact;
    private long estimated = -1;
    private long most = -1;

    ChatSize(ChatRequest request, CallTarget target, TokenCounter estimates, TokenCounter exact) {
        this.request = request;
        this.target = target;
        this.estimates = estimates;
        this.exact = exact;
    }

    @Override
    public long estimatedInputTokens() {
        long known = estimated;
        if (known < 0) {
            known = estimates.count(request).tokens();
            estimated = known;
        }
        return known;
    }

    @Override
    public long mostInputTokens() {
        long known = most;
        if (known < 0) {
            known = estimates.mostTokens(request);
            if (Searches.mayAddInput(request, target.wire())) {
                // The provider's own tools put what they find into the prompt.
                known = Math.max(known, target.limits().contextWindowTokens().orElse(Long.MAX_VALUE));
            }
            most = known;
        }
        return known;
    }

    @Override
    public OptionalLong exactInputTokens() {
        TokenCount count = exact.count(request);
        return count.exact() ? OptionalLong.of(count.tokens()) : OptionalLong.empty();
    }

    @Override
    public OptionalLong mostOutputTokens() {
        // Numbers below 1 ask for nothing, whatever a provider makes of them.
        int asked = request.maxOutputTokens().orElse(0);
        OptionalLong each = asked > 0 ? OptionalLong.of(asked) : target.limits().maxOutputTokens();
        int answers = Math.max(1, request.n().orElse(1));
        return each.isPresent() ? OptionalLong.of(Math.multiplyExact(each.getAsLong(), answers)) : each;
    }

    @Override
    public boolean mayWriteCache() {
        return !request.extra().isEmpty()
                || request.clientMembers().isPresent()
                || request.promptCacheKey().isPresent()
                || request.hasTool(tool -> !(tool instanceof Tool.Function function)
                        || function.cache().isPresent())
                || request.hasPart(ChatSize::mayHaveCacheHint);
    }

    private static boolean mayHaveCacheHint(ContentPart part) {
        return part instanceof ContentPart.Text text && text.cache().isPresent()
                || part instanceof ContentPart.Media media && media.cache().isPresent()
                || part instanceof ContentPart.Opaque;
    }

    @Override
    public boolean hasMedia() {
        return request.audio().isPresent()
                || request.hasPart(part -> part instanceof ContentPart.Media || part instanceof ContentPart.Opaque);
    }

    @Override
    public OptionalLong mostSearches() {
        return Searches.most(request, target.wire());
    }
}
