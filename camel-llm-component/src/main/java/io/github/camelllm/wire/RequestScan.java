package io.github.camelllm.wire;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What is known of a client's request that was looked at but not decoded. Immutable, but for the body, which is the client's.
 *
 * @param body the request as it came. Not copied: treat it as read-only
 * @param model the model that the client names; empty text if it names none
 * @param stream whether the client wants a stream
 * @param streamUsage whether the client wants usage at the end of the stream
 * @param maxOutputTokens longest answer asked for; empty for the provider's default
 * @param answers how many answers are asked for, at least 1
 * @param members where the members of the body are, by name
 * @param nested names of members inside messages that only some providers take
 * @param roles words of roles that some providers spell differently
 * @param beginning the instructions and the first user message
 * @param isText whether everything that the model reads is text in the body itself: no media, no tools of the provider's own, nothing
 *     that the provider looks up
 * @param mayWriteCache whether some input may be charged as a write to the provider's prompt cache
 * @param messages how many messages there are
 * @param parts how many parts they have
 * @param tools how many tools are offered
 * @param usesTools whether tools are offered or were used before
 * @param hasSchema whether the answer must conform to a schema
 * @param reasons whether reasoning is asked for
 */
public record RequestScan(
        byte[] body,
        String model,
        boolean stream,
        boolean streamUsage,
        OptionalInt maxOutputTokens,
        int answers,
        Map<String, Member> members,
        Set<String> nested,
        List<Role> roles,
        List<Range> beginning,
        boolean isText,
        boolean mayWriteCache,
        int messages,
        int parts,
        int tools,
        boolean usesTools,
        boolean hasSchema,
        boolean reasons) {
    public RequestScan {
        members = Map.copyOf(members);
        nested = Set.copyOf(nested);
        roles = List.copyOf(roles);
        beginning = List.copyOf(beginning);
    }

    /** Some bytes of the body, from an index to before another. */
    public record Range(int from, int to) {}

    /** A member of the body: its name with its quotes, and its value. */
    public record Member(Range name, Range value) {}

    /** A role, and where its word is with its quotes. */
    public record Role(String word, Range range) {}

    public Optional<Member> member(String name) {
        return Optional.ofNullable(members.get(name));
    }

    public boolean has(String name) {
        return members.containsKey(name);
    }

    /** Tells nothing of the request but its size. */
    @Override
    public String toString() {
        return "RequestScan[" + body.length + " bytes]";
    }
}
