package io.github.camelllm.examples.benchmark.gateway;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** nginx with one worker that passes everything on and keeps its connections: the least that a gateway can do. */
final class Nginx {
    private static final String CONFIG = """
            worker_processes 1;
            daemon off;
            pid nginx.pid;
            error_log stderr crit;
            worker_rlimit_nofile 65535;
            events { worker_connections 16384; }
            http {
              access_log off;
              tcp_nodelay on;
              keepalive_requests 100000000;
              keepalive_timeout 600s;
              client_body_buffer_size 64k;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              upstream provider { server 127.0.0.1:UPSTREAM; keepalive 4096; keepalive_requests 100000000; }
              server {
                listen 127.0.0.1:PORT backlog=4096;
                location / {
                  proxy_pass http://provider;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                }
                location /drip/ {
                  proxy_pass http://provider;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_buffering off;
                }
              }
            }
            """;

    private Nginx() {}

    /** The program, on the path or where systems keep it. */
    static Optional<Path> program(String path) {
        return Stream.concat(Stream.of(path.split(":")), Stream.of("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Contender start(Path program, int upstreamPort, Path folder) throws Exception {
        Files.createDirectories(folder.resolve("logs"));
        int port = ServerProcess.freePort();
        Files.writeString(
                folder.resolve("nginx.conf"),
                CONFIG.replace("UPSTREAM", Integer.toString(upstreamPort)).replace("PORT", Integer.toString(port)));
        ServerProcess server = ServerProcess.start(
                "nginx",
                List.of(program.toString(), "-p", folder + "/", "-c", "nginx.conf", "-e", "stderr"),
                Map.of(),
                folder);
        server.awaitPort(port, Contender.START);
        return new Contender(
                "nginx",
                "nginx as a reverse proxy",
                server,
                way -> Call.post(
                        port, way.basePath() + "/chat/completions", Map.of(), way.openAiRequest(Contender.MODEL), way));
    }
}
