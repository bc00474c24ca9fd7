package io.github.camelllm.wire.openai;

import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.DialectContract;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.WireProfile;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

class OpenAiChatContractTest extends DialectContract {
    private static final Dialect DIALECT = new OpenAiChatDialect();

    @Override
    protected Dialect dialect() {
        return DIALECT;
    }

    @Override
    protected Set<ErrorKind> kindsOnTheWire() {
        Set<ErrorKind> kinds = EnumSet.copyOf(super.kindsOnTheWire());
        kinds.add(ErrorKind.CONTENT_FILTERED);
        return kinds;
    }

    @Override
    protected Lacking lackingKnob() {
        return new Lacking(
                target().withProfile(omitting("seed")),
                question().toBuilder().seed(7).build(),
                "seed");
    }

    @Override
    protected Lacking lackingMeaning() {
        return new Lacking(
                target().withProfile(omitting("stop")),
                question().toBuilder().stop(List.of("END")).build(),
                "stop");
    }

    /** The usage chunk and {@code [DONE]} may be missing: some providers have neither. */
    @Override
    protected boolean saysWhole(List<Frame> whole, int kept) {
        return whole.subList(0, kept).stream()
                .anyMatch(frame -> frame.text().matches(".*\"finish_reason\":\"\\w+\".*"));
    }

    private static WireProfile omitting(String member) {
        return new WireProfile(Set.of(member), Map.of(), Map.of(), Map.of(), Map.of());
    }
}
