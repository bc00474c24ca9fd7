package io.github.camelllm.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A self-signed certificate for {@code localhost} and 127.0.0.1, made by the JDK's keytool, once per JVM.
 *
 * <pre>{@code
 * PlaybackServer server = PlaybackServer.start(TestCertificate.context());
 * TlsSettings trusting = TlsSettings.of(TestCertificate.context());
 * }</pre>
 */
public final class TestCertificate {
    public static final String PASSWORD = "changeit";

    private static final Map<String, Path> STORES = new ConcurrentHashMap<>();

    private TestCertificate() {}

    /** A PKCS12 file with key and certificate under {@link #PASSWORD}; deleted when the JVM ends. */
    public static Path keyStore() {
        return keyStore("dns:localhost,ip:127.0.0.1");
    }

    private static Path keyStore(String names) {
        return STORES.computeIfAbsent(names, TestCertificate::generate);
    }

    /** A context that has the certificate and trusts it. */
    public static SSLContext context() {
        return context(keyStore());
    }

    /** The same with a certificate for another host, such as {@code elsewhere.example}. */
    public static SSLContext contextFor(String host) {
        return context(keyStore("dns:" + host));
    }

    private static SSLContext context(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD.toCharArray());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path generate(String names) {
        try {
            Path folder = Files.createTempDirectory("test-certificate");
            Path store = folder.resolve("store.p12");
            store.toFile().deleteOnExit();
            folder.toFile().deleteOnExit();
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "test",
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "san=" + names,
                            "-validity",
                            "2",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            PASSWORD)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException("keytool failed: " + output);
            }
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
