package io.github.camelllm.routes.gateway;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells URLs that name a host of a private network by what they say, without asking a name server: a fetch of them by whoever
 * serves the request could reach what the client cannot.
 */
final class PrivateAddresses {
    /** Fetchers take any number of slashes, of either kind. */
    private static final Pattern WEB = Pattern.compile("(?i)(?:https?|ftps?|wss?):[/\\\\]*");

    private static final Pattern TABS_AND_LINE_ENDS = Pattern.compile("[\t\n\r]");
    private static final Pattern LOCAL_NAMES =
            Pattern.compile("(.*\\.)?(localhost|local|internal|intranet|lan|home|corp"
                    + "|home\\.arpa|localdomain|in-addr\\.arpa|ip6\\.arpa)");
    /** A name that ends in a number is an address, or nothing at all. */
    private static final Pattern NUMBERS = Pattern.compile("(.*\\.)?(0x[0-9a-f]*|\\d+)");

    private PrivateAddresses() {}

    /**
     * A text without what fetchers drop before they read it as a URL.
     *
     * @see <a href="https://url.spec.whatwg.org/#concept-basic-url-parser">URL, basic parser</a>
     */
    static String cleaned(String text) {
        return TABS_AND_LINE_ENDS.matcher(text).replaceAll("").trim().strip();
    }

    /**
     * Whether a text is a web address, and so to be looked at.
     *
     * @param text as {@link #cleaned} gives it
     */
    static boolean isWeb(String text) {
        return WEB.matcher(text).lookingAt();
    }

    /**
     * The host of a web address as browsers read it; null if it has none that can be read, or one that others may read differently.
     *
     * @see <a href="https://url.spec.whatwg.org/#host-parsing">URL, host parsing</a>
     */
    static @Nullable String host(String url) {
        Matcher beginning = WEB.matcher(url);
        int from = beginning.lookingAt() ? beginning.end() : 0;
        int to = from;
        while (to < url.length() && "/?#".indexOf(url.charAt(to)) < 0) {
            to++;
        }
        String authority = url.substring(from, to);
        if (authority.indexOf('\\') >= 0) {
            // The end of the host for some, a part of the user's name for others
            return null;
        }
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end < 0 ? null : host.substring(0, end + 1).toLowerCase(Locale.ROOT);
        }
        int colon = host.indexOf(':');
        host = (colon < 0 ? host : host.substring(0, colon)).toLowerCase(Locale.ROOT);
        while (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        // Anything that a reader might unfold to another name or number, such as %31 and full-width digits
        return host.matches("[a-z0-9._-]+") ? host : null;
    }

    /** @param host as {@link #host} gives it */
    static boolean isPrivate(String host) {
        if (host.startsWith("[")) {
            return isPrivateIpv6(host.substring(1, host.length() - 1));
        }
        if (NUMBERS.matcher(host).matches()) {
            long address = ipv4(host);
            return address < 0 || isPrivateIpv4(address);
        }
        // A name without a dot is one of the local network
        return host.indexOf('.') < 0 || LOCAL_NAMES.matcher(host).matches();
    }

    /** The address that numbers stand for, which may be octal, hexadecimal and fewer than four; −1 if they are none. */
    private static long ipv4(String host) {
        String[] parts = host.split("\\.");
        if (parts.length > 4) {
            return -1;
        }
        long address = 0;
        for (int i = 0; i < parts.length; i++) {
            long part = number(parts[i]);
            boolean isLast = i == parts.length - 1;
            long most = isLast ? (1L << 8 * (4 - i)) - 1 : 255;
            if (part < 0 || part > most) {
                return -1;
            }
            address |= isLast ? part : part << 8 * (3 - i);
        }
        return address;
    }

    private static long number(String text) {
        try {
            if (text.startsWith("0x")) {
                return text.length() == 2 ? 0 : Long.parseLong(text.substring(2), 16);
            }
            return text.length() > 1 && text.startsWith("0") ? Long.parseLong(text, 8) : Long.parseLong(text);
        } catch (NumberFormatException e) {
            // Too long, an 8 in an octal number, or no number at all
            return -1;
        }
    }

    private static boolean isPrivateIpv4(long address) {
        return within(address, 0x00000000L, 8) // this network
                || within(address, 0x0A000000L, 8)
                || within(address, 0x64400000L, 10) // carrier-grade NAT
                || within(address, 0x7F000000L, 8) // loopback
                || within(address, 0xA9FE0000L, 16) // link-local, with the clouds' metadata
                || within(address, 0xAC100000L, 12)
                || within(address, 0xC0000000L, 24)
                || within(address, 0xC0A80000L, 16)
                || within(address, 0xC6120000L, 15)
                || address >= 0xE0000000L; // multicast and reserved
    }

    private static boolean within(long address, long network, int bits) {
        return address >>> 32 - bits == network >>> 32 - bits;
    }

    /** Only global unicast addresses (2000::/3) are public, but for those that hold an IPv4 address or a tunnel. */
    private static boolean isPrivateIpv6(String text) {
        return !text.matches("[23][0-9a-f]{3}:[0-9a-f:]*")
                || text.startsWith("2002:")
                || text.matches("2001:0{0,3}:.*|2001::.*|2001:0?db8:.*");
    }
}
