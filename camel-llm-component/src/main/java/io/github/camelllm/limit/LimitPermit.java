package io.github.camelllm.limit;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.Permit;
import io.github.camelllm.limit.Waiter.Share;
import io.github.camelllm.wire.RateLimitHeaders;
import io.github.camelllm.wire.WireHeaders;
import java.util.List;
import java.util.OptionalLong;

/** An attempt that has had its turn: when it is over, what it took is corrected to what it used. */
final class LimitPermit implements Permit {
    private final Turnstile turnstile;
    private final Waiter waiter;
    private final List<Share> shares;
    private final List<Account> entered;

    LimitPermit(Turnstile turnstile, Waiter waiter) {
        this.turnstile = turnstile;
        this.waiter = waiter;
        this.shares = List.copyOf(waiter.shares);
        this.entered = List.copyOf(waiter.entered);
    }

    @Override
    public void answered(WireHeaders headers) {
        turnstile.heard(waiter, RateLimitHeaders.of(headers));
    }

    @Override
    public void ended(CallRecord record) {
        record.usage()
                .map(usage -> usage.outputTokens())
                .filter(OptionalLong::isPresent)
                .ifPresent(output -> turnstile.locked(
                        () -> waiter.accounts.forEach(account -> account.answered(output.getAsLong()))));
        shares.forEach(share -> turnstile.correct(share, unused(share, record)));
        entered.forEach(turnstile::leave);
    }

    /** What an attempt did not use of what it took; negative if it used more. */
    static long unused(Share share, CallRecord record) {
        boolean sent = record.billable() || record.statusCode().isPresent();
        if (!sent) {
            return share.amount;
        }
        if (share.rate.unit() == LimitUnit.REQUESTS) {
            return 0;
        }
        if (!record.billable()) {
            // A request that the provider refused has used no tokens, unless it counts what might have been used
            return share.account.isExact() ? 0 : share.amount;
        }
        OptionalLong used = record.usage().map(share.rate.unit()::used).orElse(OptionalLong.empty());
        long unused = share.amount - used.orElse(share.amount);
        return share.account.isExact() ? Math.min(0, unused) : unused;
    }
}
