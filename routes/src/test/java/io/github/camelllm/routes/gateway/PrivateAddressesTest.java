package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateAddressesTest {
    private static boolean isPrivate(String url) {
        String host = PrivateAddresses.host(url);
        return host == null || PrivateAddresses.isPrivate(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/x",
                "http://127.1/x",
                "http://2130706433/",
                "http://0x7f.1/",
                "http://0177.0.0.1/",
                "http://0/",
                "http://10.1.2.3:8080/",
                "http://172.16.0.1",
                "http://172.31.255.255",
                "http://192.168.1.1",
                "http://169.254.169.254/latest/meta-data",
                "http://100.64.0.1",
                "http://0.0.0.0",
                "http://224.0.0.1",
                "http://255.255.255.255",
                "http://999.1.1.1/",
                "http://1.2.3.4.5/",
                "http://08.1.1.1/",
                "HTTP://LocalHost:11434/api",
                "http://localhost./",
                "http://db.internal/",
                "http://printer.local",
                "http://metadata.google.internal/computeMetadata",
                "http://router",
                "http://user:pass@10.0.0.1/",
                "http://example.com@127.0.0.1/",
                "http://127.0.0.1\\@example.com/",
                "http:///127.0.0.1/",
                "http:/127.0.0.1/",
                "http:127.0.0.1/",
                "https:\\\\127.0.0.1/",
                "http:/\\127.0.0.1/",
                "ftp://127.0.0.1/",
                "http://example.com\\@127.0.0.1/",
                "http://[::1]/",
                "http://[::]/",
                "http://[fe80::1]/",
                "http://[fc00::1]/",
                "http://[fd12:3456::1]:80/",
                "http://[::ffff:127.0.0.1]/",
                "http://[::ffff:7f00:1]/",
                "http://[64:ff9b::7f00:1]/",
                "http://[2002:7f00:1::]/",
                "http://[2001::1]/",
                "http://[::1",
                "http://%31%32%37.0.0.1/",
                "http://①②⑦.0.0.1/",
                "http:///"
            })
    void knowsAddressesOfPrivateNetworksHoweverTheyAreWritten(String url) {
        assertThat(isPrivate(url)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/cat.png",
                "https:/example.com/cat.png",
                "https://8.8.8.8/",
                "https://172.32.0.1/",
                "https://11.0.0.1",
                "https://[2606:4700:4700::1111]/",
                "https://user@example.com:443/a?b=http://127.0.0.1",
                "https://localhost.example.com/",
                "https://xn--bcher-kva.example/"
            })
    void leavesTheWorldAlone(String url) {
        assertThat(isPrivate(url)).isFalse();
    }
}
