package io.github.camelllm.routes.dashboard;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is sent back.
 *
 * @param headers in the order they are sent
 */
record DashboardResponse(int status, byte[] body, Map<String, String> headers) {
    static final String CONTENT_TYPE = "Content-Type";
    static final String CACHE_CONTROL = "Cache-Control";

    private static final String HTML = "text/html; charset=utf-8";

    DashboardResponse {
        headers = new LinkedHashMap<>(headers);
    }

    static DashboardResponse html(int status, String html) {
        return of(status, HTML, html.getBytes(StandardCharsets.UTF_8));
    }

    static DashboardResponse of(int status, String contentType, byte[] body) {
        return new DashboardResponse(status, body, Map.of(CONTENT_TYPE, contentType));
    }

    static DashboardResponse text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param location relative, so that proxies may put it below any path */
    static DashboardResponse redirect(int status, String location) {
        return text(status, "").with("Location", location);
    }

    DashboardResponse with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new DashboardResponse(status, body, more);
    }

    @Override
    public String toString() {
        return status + " " + headers.get(CONTENT_TYPE) + ", " + body.length + " bytes";
    }
}
