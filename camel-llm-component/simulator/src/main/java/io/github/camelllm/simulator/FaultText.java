package io.github.camelllm.simulator;

import io.github.camelllm.wire.RetryAfter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The text form of faults: {@code NAME[=VALUE][;KEY[=VALUE]]…}. */
final class FaultText {
    private static final List<String> NAMES = List.of(
            "status",
            "quota",
            "context-too-long",
            "prompt-filtered",
            "answer-filtered",
            "empty-body",
            "content-type",
            "no-completion",
            "oversized",
            "refuse",
            "reset",
            "close",
            "stall",
            "garbage",
            "error-event",
            "duplicate-finish",
            "no-usage",
            "no-end",
            "end-early",
            "drip",
            "delay");

    private final Map<String, String> settings = new LinkedHashMap<>();
    private final String name;
    private final String value;

    private FaultText(String text) {
        for (String setting : text.trim().split(";", -1)) {
            int equals = setting.indexOf('=');
            String key =
                    (equals < 0 ? setting : setting.substring(0, equals)).trim().toLowerCase(Locale.ROOT);
            settings.put(key, equals < 0 ? "" : setting.substring(equals + 1).trim());
        }
        name = settings.keySet().iterator().next();
        value = settings.getOrDefault(name, "");
        settings.remove(name);
    }

    static Fault parse(String text) {
        FaultText parsed = new FaultText(text);
        Fault fault = parsed.fault();
        if (!parsed.settings.isEmpty()) {
            throw new IllegalArgumentException("fault '" + parsed.name + "' has no setting '"
                    + parsed.settings.keySet().iterator().next() + "'");
        }
        return fault;
    }

    private Fault fault() {
        switch (name) {
            case "status":
                return new Fault.HttpError(integer("status", value), errorBody(), hint());
            case "quota":
                return new Fault.QuotaExhausted();
            case "context-too-long":
                return new Fault.ContextTooLong();
            case "prompt-filtered":
                return new Fault.PromptFiltered();
            case "answer-filtered":
                return new Fault.AnswerFiltered(value.isEmpty() ? 1 : integer(name, value));
            case "empty-body":
                return new Fault.EmptyBody();
            case "content-type":
                return new Fault.WrongContentType(value.isEmpty() ? "text/html" : value);
            case "no-completion":
                return new Fault.NoCompletion();
            case "oversized":
                return new Fault.Oversized(number(name, value));
            case "refuse":
                return new Fault.RefuseConnections(duration(name, value));
            case "reset":
            case "close":
                return new Fault.Cut(
                        name.equals("reset"),
                        value.isEmpty() ? OptionalInt.empty() : OptionalInt.of(integer(name, value)));
            case "stall":
                return new Fault.Stall(
                        value.isEmpty() || value.equals("head")
                                ? OptionalInt.empty()
                                : OptionalInt.of(integer(name, value)));
            case "garbage":
                return new Fault.Garbage(garbageKind(), after());
            case "error-event":
                return new Fault.ErrorEvent(value.isEmpty() ? 529 : integer(name, value), after());
            case "duplicate-finish":
                return new Fault.DuplicateFinish();
            case "no-usage":
                return new Fault.NoUsage();
            case "no-end":
                return new Fault.NoEndMarker();
            case "end-early":
                return new Fault.EndEarly(value.isEmpty() ? 1 : integer(name, value));
            case "drip":
                return new Fault.Drip(duration(name, value));
            case "delay":
                return new Fault.Delay(duration(name, value));
            default:
                throw new IllegalArgumentException("expected a fault that begins with one of "
                        + String.join(", ", NAMES) + ", got '" + name + "'");
        }
    }

    private Fault.ErrorBody errorBody() {
        String body = take("body");
        if (body == null) {
            return Fault.ErrorBody.DIALECT;
        }
        for (Fault.ErrorBody kind : Fault.ErrorBody.values()) {
            if (kind.name().equalsIgnoreCase(body)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("body: expected dialect, html, text or empty, got '" + body + "'");
    }

    private RetryHint hint() {
        String seconds = take("retry-after");
        if (seconds != null) {
            return new RetryHint(
                    seconds.contains(".") ? RetryHint.Form.DECIMAL_SECONDS : RetryHint.Form.SECONDS,
                    seconds("retry-after", seconds));
        }
        String date = take("retry-after-date");
        if (date != null) {
            return new RetryHint(RetryHint.Form.HTTP_DATE, seconds("retry-after-date", date));
        }
        String millis = take("retry-after-ms");
        if (millis != null) {
            return new RetryHint(RetryHint.Form.MILLIS, Duration.ofMillis(number("retry-after-ms", millis)));
        }
        String info = take("retry-info");
        if (info != null) {
            return new RetryHint(RetryHint.Form.RETRY_INFO, seconds("retry-info", info));
        }
        String reset = take("reset");
        if (reset != null) {
            return new RetryHint(RetryHint.Form.RESET_HEADERS, seconds("reset", reset));
        }
        return RetryHint.NONE;
    }

    private Fault.GarbageKind garbageKind() {
        String kind = value.replace('-', '_');
        for (Fault.GarbageKind known : Fault.GarbageKind.values()) {
            if (kind.isEmpty() || known.name().equalsIgnoreCase(kind)) {
                return known;
            }
        }
        throw new IllegalArgumentException("garbage: expected text, utf8 or half-json, got '" + value + "'");
    }

    private int after() {
        String after = take("after");
        return after == null ? 1 : integer("after", after);
    }

    private @Nullable String take(String key) {
        return settings.remove(key);
    }

    private static int integer(String key, String text) {
        return Math.toIntExact(Math.min(number(key, text), Integer.MAX_VALUE));
    }

    private static long number(String key, String text) {
        if (!text.matches("\\d{1,18}")) {
            throw new IllegalArgumentException(key + ": expected a whole number, got '" + text + "'");
        }
        return Long.parseLong(text);
    }

    private static Duration seconds(String key, String text) {
        if (!text.matches("\\d{1,9}(\\.\\d{1,9})?")) {
            throw new IllegalArgumentException(key + ": expected seconds such as 2 or 1.5, got '" + text + "'");
        }
        return Duration.ofNanos(new BigDecimal(text).movePointRight(9).longValueExact());
    }

    private static Duration duration(String key, String text) {
        return RetryAfter.ofDuration(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        key + ": expected a duration such as 20ms or 2s, got '" + text + "'"));
    }

    static String write(Fault fault) {
        if (fault instanceof Fault.HttpError error) {
            String body = error.body() == Fault.ErrorBody.DIALECT ? "" : ";body=" + lower(error.body());
            return "status=" + error.status() + body + write(error.hint());
        } else if (fault instanceof Fault.QuotaExhausted) {
            return "quota";
        } else if (fault instanceof Fault.ContextTooLong) {
            return "context-too-long";
        } else if (fault instanceof Fault.PromptFiltered) {
            return "prompt-filtered";
        } else if (fault instanceof Fault.AnswerFiltered filtered) {
            return "answer-filtered=" + filtered.afterChunks();
        } else if (fault instanceof Fault.EmptyBody) {
            return "empty-body";
        } else if (fault instanceof Fault.WrongContentType wrong) {
            return "content-type=" + wrong.type();
        } else if (fault instanceof Fault.NoCompletion) {
            return "no-completion";
        } else if (fault instanceof Fault.Oversized oversized) {
            return "oversized=" + oversized.bytes();
        } else if (fault instanceof Fault.RefuseConnections refuse) {
            return "refuse=" + write(refuse.duration());
        } else if (fault instanceof Fault.Cut cut) {
            return (cut.reset() ? "reset" : "close") + write(cut.afterChunks());
        } else if (fault instanceof Fault.Stall stall) {
            return "stall" + (stall.afterChunks().isEmpty() ? "=head" : write(stall.afterChunks()));
        } else if (fault instanceof Fault.Garbage garbage) {
            return "garbage=" + lower(garbage.kind()).replace('_', '-') + ";after=" + garbage.afterChunks();
        } else if (fault instanceof Fault.ErrorEvent event) {
            return "error-event=" + event.status() + ";after=" + event.afterChunks();
        } else if (fault instanceof Fault.DuplicateFinish) {
            return "duplicate-finish";
        } else if (fault instanceof Fault.NoUsage) {
            return "no-usage";
        } else if (fault instanceof Fault.NoEndMarker) {
            return "no-end";
        } else if (fault instanceof Fault.EndEarly end) {
            return "end-early=" + end.afterChunks();
        } else if (fault instanceof Fault.Drip drip) {
            return "drip=" + write(drip.perByte());
        } else if (fault instanceof Fault.Delay delay) {
            return "delay=" + write(delay.duration());
        }
        throw new AssertionError(fault.getClass());
    }

    private static String write(RetryHint hint) {
        switch (hint.form()) {
            case SECONDS:
                return ";retry-after=" + roundedUpSeconds(hint.delay());
            case DECIMAL_SECONDS:
                return ";retry-after=" + decimalSeconds(hint.delay());
            case HTTP_DATE:
                return ";retry-after-date=" + plainSeconds(hint.delay());
            case MILLIS:
                return ";retry-after-ms=" + hint.delay().toMillis();
            case RETRY_INFO:
                return ";retry-info=" + plainSeconds(hint.delay());
            case RESET_HEADERS:
                return ";reset=" + plainSeconds(hint.delay());
            default:
                return "";
        }
    }

    private static String write(OptionalInt chunks) {
        return chunks.isPresent() ? "=" + chunks.getAsInt() : "";
    }

    private static String write(Duration duration) {
        long nanos = duration.toNanos();
        return nanos % 1_000_000 == 0 ? nanos / 1_000_000 + "ms" : nanos + "ns";
    }

    /** Whole seconds, rounded up, since a client that comes back too early is refused again. */
    static long roundedUpSeconds(Duration duration) {
        return Math.floorDiv(duration.toNanos() + 999_999_999L, 1_000_000_000L);
    }

    /** Seconds with at least one decimal. */
    static String decimalSeconds(Duration duration) {
        BigDecimal seconds = BigDecimal.valueOf(duration.toNanos(), 9).stripTrailingZeros();
        return seconds.setScale(Math.max(1, seconds.scale())).toPlainString();
    }

    /** Seconds with as many decimals as needed. */
    static String plainSeconds(Duration duration) {
        BigDecimal seconds = BigDecimal.valueOf(duration.toNanos(), 9).stripTrailingZeros();
        return seconds.setScale(Math.max(0, seconds.scale())).toPlainString();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
