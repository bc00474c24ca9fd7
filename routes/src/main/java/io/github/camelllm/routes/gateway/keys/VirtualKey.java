package io.github.camelllm.routes.gateway.keys;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A key that the gateway gave out. Its secret is not in it.
 *
 * @param id names it in tags, records and logs; never used again for another key
 * @param name for people
 * @param hint how the secret begins
 * @param previous the secret before the last rotation, as long as it may still work
 * @param expires when it ends; empty if it does not
 * @param revoked when it was ended; empty if it was not
 */
record VirtualKey(
        String id,
        String name,
        KeyHash hash,
        String hint,
        Optional<Previous> previous,
        KeyGrants grants,
        Instant created,
        Optional<Instant> expires,
        Optional<Instant> rotated,
        Optional<Instant> revoked) {
    /** The tag that each call of a key carries, with the key's id. */
    static final String TAG = "key";

    /** A secret that was replaced. */
    record Previous(KeyHash hash, Instant until) {}

    /** What people are told of it. */
    enum State {
        ACTIVE,
        EXPIRED,
        REVOKED
    }

    State stateAt(Instant now) {
        if (revoked.isPresent()) {
            return State.REVOKED;
        }
        return expires.isPresent() && !now.isBefore(expires.get()) ? State.EXPIRED : State.ACTIVE;
    }

    /** Who calls with it. */
    Caller caller() {
        Map<String, String> tags = new HashMap<>(grants.tags());
        tags.put(TAG, id);
        return new Caller(id, tags, grants.models(), expires);
    }

    VirtualKey withGrants(String otherName, KeyGrants other, Optional<Instant> otherExpires) {
        return new VirtualKey(id, otherName, hash, hint, previous, other, created, otherExpires, rotated, revoked);
    }

    VirtualKey rotatedTo(String secret, Instant now, Instant previousUntil) {
        return new VirtualKey(
                id,
                name,
                KeyHash.of(secret),
                IssuedKey.hint(secret),
                now.isBefore(previousUntil) ? Optional.of(new Previous(hash, previousUntil)) : Optional.empty(),
                grants,
                created,
                expires,
                Optional.of(now),
                revoked);
    }

    /** Its budgets and limits end with it. */
    VirtualKey revokedAt(Instant now) {
        KeyGrants bare = new KeyGrants(grants.models(), grants.tags(), grants.metadata(), List.of(), List.of());
        return new VirtualKey(
                id, name, hash, hint, Optional.empty(), bare, created, expires, rotated, Optional.of(now));
    }

    /** The key in a line, for the audit: budgets and limits have their own. */
    String auditLine() {
        return "'" + name + "' " + hint
                + (grants.models().isEmpty() ? ", all models" : ", models " + grants.models())
                + (grants.tags().isEmpty() ? "" : ", tags " + grants.tags())
                + expires.map(at -> ", expires " + at).orElse("")
                + rotated.map(at -> ", rotated " + at).orElse("")
                + previous.map(old -> ", the secret before until " + old.until())
                        .orElse("")
                + revoked.map(at -> ", revoked " + at).orElse("");
    }

    @Override
    public String toString() {
        return "VirtualKey[" + id + ", " + hint + "]";
    }
}
