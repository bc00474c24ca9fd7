package io.github.camelllm.routes.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Style sheets and scripts. A file's address has a hash of its content in it, so that browsers may keep it for good and never
 * have an old one. Thread-safe.
 */
final class StaticFiles {
    static final String FOLDER = "static/";

    private static final String OWN = "camel-llm/dashboard/static/";
    private static final String CHART_VERSION = "META-INF/maven/org.webjars.npm/uplot/pom.properties";
    private static final String CHART = "META-INF/resources/webjars/uplot/%s/dist/";
    private static final String FAR_AWAY = "Thu, 31 Dec 2099 23:59:59 GMT";
    private static final String FOR_GOOD = "public, max-age=31536000, immutable";

    private final Map<String, DashboardResponse> byPath = new HashMap<>();
    private final Map<String, String> addresses = new HashMap<>();

    /** @throws IllegalStateException if the chart library is not on the class path */
    StaticFiles() {
        String chart = CHART.formatted(chartVersion());
        add("style", OWN + "dashboard.css", "css", "text/css; charset=utf-8");
        add("script", OWN + "dashboard.js", "js", "text/javascript; charset=utf-8");
        add("icon", OWN + "icon.svg", "svg", "image/svg+xml");
        add("chartStyle", chart + "uPlot.min.css", "css", "text/css; charset=utf-8");
        add("chartScript", chart + "uPlot.iife.min.js", "js", "text/javascript; charset=utf-8");
    }

    private static String chartVersion() {
        Properties properties = new Properties();
        try (InputStream in = StaticFiles.class.getClassLoader().getResourceAsStream(CHART_VERSION)) {
            if (in == null) {
                throw new IllegalStateException(
                        "The dashboard needs org.webjars.npm:uplot on the class path; add it to the dependencies");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(CHART_VERSION + " could not be read", e);
        }
        return properties.getProperty("version", "");
    }

    private void add(String name, String resource, String ending, String contentType) {
        byte[] content;
        try (InputStream in = StaticFiles.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            content = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " could not be read", e);
        }
        String hash = hash(content);
        String path = FOLDER + name + "-" + hash + "." + ending;
        addresses.put(name, path);
        byPath.put(
                path,
                DashboardResponse.of(200, contentType, content)
                        .with(DashboardResponse.CACHE_CONTROL, FOR_GOOD)
                        .with("Expires", FAR_AWAY)
                        .with("ETag", '"' + hash + '"'));
    }

    private static String hash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }

    /** Addresses of files by their names, relative to pages. */
    Map<String, String> addresses() {
        return Map.copyOf(addresses);
    }

    /** Empty if there is no such file. */
    Optional<DashboardResponse> get(DashboardRequest request) {
        return Optional.ofNullable(byPath.get(request.name())).map(file -> {
            String tag = file.headers().get("ETag");
            return request.header("if-none-match")
                            .filter(known -> known.equals(tag))
                            .isPresent()
                    ? new DashboardResponse(304, new byte[0], file.headers())
                    : file;
        });
    }
}
