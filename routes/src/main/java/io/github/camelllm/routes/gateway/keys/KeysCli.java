package io.github.camelllm.routes.gateway.keys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Virtual keys from the command line, through the admin API. */
public final class KeysCli {
    static final int OK = 0;
    /** The gateway refused it; the message says why. */
    static final int REFUSED = 1;
    /** The command line is wrong. */
    static final int USAGE = 2;
    /** The gateway did not answer. */
    static final int UNREACHABLE = 3;

    private static final String HELP = """
            Virtual keys of the gateway.

            Commands:
              create --name NAME [OPTION…]   give out a key, and show its secret this one time
              list                           all keys
              show ID                        one key
              change ID [OPTION…]            what is given takes the place of what was
              rotate ID [--grace TIME]       give it another secret; the old one works for TIME more (24h, 0 for not)
              revoke ID                      end it for good
              generate                       make a secret and its hash, for a file of keys; asks nobody

            Options of create and change:
              --id ID               small letters, digits and - (create only; default: made)
              --name NAME           for people
              --model GLOB          may be asked, such as 'openai/*'; again for more (default: all)
              --tag NAME=VALUE      label of its calls, such as team=marketing; again for more
              --metadata NAME=VALUE for people; again for more
              --expires TIME        90d, or 2027-01-31T00:00:00Z
              --budget BUDGET       '50 USD per month'; again for more
              --limit NAME=N,…      requestsPerMinute=60,maxConcurrent=4; again for more

            Everywhere:
              --url URL             of the admin API (default: $LLM_ADMIN_URL, else http://localhost:8081/admin)
              --secret-file FILE    file with the admin secret (default: $LLM_ADMIN_SECRET)
              --actor NAME          who does it, for the audit (default: the user of this machine)
              --json                the gateway's answer as it is
              --help                this text

            Ends with 0 if it is done, 1 if the gateway refuses it, 2 if the command is wrong, 3 if the gateway does not answer.
            """;

    private static final Pattern BUDGET = Pattern.compile("(.+?)\\s+per\\s+(.+)");
    private static final Set<String> CREATE =
            Set.of("--id", "--name", "--model", "--tag", "--metadata", "--expires", "--budget", "--limit");
    private static final int MOST_ANSWER_BYTES = 16 << 20;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    KeysCli(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    public static void main(String[] args) throws InterruptedException {
        int code = new KeysCli(System.getenv(), System.out, System.err).run(List.of(args));
        if (code != OK) {
            System.exit(code);
        }
    }

    /** The command line is wrong. */
    private static final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    /** What a command line asks for. */
    private static final class Asked {
        private String command = "";
        private Optional<String> id = Optional.empty();
        private final ObjectNode body = JsonNodeFactory.instance.objectNode();
        private Optional<String> url = Optional.empty();
        private Optional<Path> secretFile = Optional.empty();
        private Optional<String> actor = Optional.empty();
        private boolean json;
    }

    int run(List<String> args) throws InterruptedException {
        if (args.isEmpty() || args.contains("--help") || args.contains("-h")) {
            (args.isEmpty() ? err : out).print(HELP);
            return args.isEmpty() ? USAGE : OK;
        }
        try {
            Asked asked = parse(new ArrayDeque<>(args));
            if (asked.command.equals("generate")) {
                String secret = IssuedKey.newSecret();
                out.println("secret  " + secret);
                out.println("hash    " + KeyHash.of(secret).hex());
                return OK;
            }
            return send(asked);
        } catch (UsageException e) {
            err.println("error: " + e.getMessage());
            err.println("'--help' lists all commands and options.");
            return USAGE;
        }
    }

    private static Asked parse(Deque<String> args) {
        Asked asked = new Asked();
        asked.command = args.remove();
        Set<String> withId = Set.of("show", "change", "rotate", "revoke");
        if (!withId.contains(asked.command)
                && !Set.of("create", "list", "generate").contains(asked.command)) {
            throw new UsageException("there is no command '" + asked.command + "'");
        }
        while (!args.isEmpty()) {
            String word = args.remove();
            if (!word.startsWith("--")) {
                if (!withId.contains(asked.command) || asked.id.isPresent()) {
                    throw new UsageException("expected an option, but '" + word + "' came");
                }
                asked.id = Optional.of(word);
            } else if (word.equals("--json")) {
                asked.json = true;
            } else {
                String value = value(word, args);
                switch (word) {
                    case "--url":
                        asked.url = Optional.of(value);
                        break;
                    case "--secret-file":
                        asked.secretFile = Optional.of(Path.of(value));
                        break;
                    case "--actor":
                        asked.actor = Optional.of(value);
                        break;
                    default:
                        member(asked, word, value);
                }
            }
        }
        if (withId.contains(asked.command) && asked.id.isEmpty()) {
            throw new UsageException(asked.command + ": expected the id of a key after it");
        }
        if (asked.id.isPresent() && !KeyReader.ID.matcher(asked.id.get()).matches()) {
            throw new UsageException("expected the id of a key, but '" + asked.id.get() + "' is none");
        }
        return asked;
    }

    private static String value(String option, Deque<String> args) {
        if (args.isEmpty()) {
            throw new UsageException(option + ": expected a value after it");
        }
        return args.remove();
    }

    private static void member(Asked asked, String option, String value) {
        if (option.equals("--grace") && asked.command.equals("rotate")) {
            asked.body.put("graceTime", value);
            return;
        }
        boolean creates = asked.command.equals("create");
        if (!CREATE.contains(option)
                || !creates && !asked.command.equals("change")
                || !creates && option.equals("--id")) {
            throw new UsageException(asked.command + ": there is no option '" + option + "'");
        }
        switch (option) {
            case "--model":
                asked.body.withArray("models").add(value);
                break;
            case "--tag":
                pair(option, value, asked.body.withObject("/tags"));
                break;
            case "--metadata":
                pair(option, value, asked.body.withObject("/metadata"));
                break;
            case "--budget":
                Matcher budget = BUDGET.matcher(value);
                if (!budget.matches()) {
                    throw new UsageException(
                            "--budget: expected such as '50 USD per month', but it is '" + value + "'");
                }
                asked.body
                        .withArray("budgets")
                        .addObject()
                        .put("limit", budget.group(1))
                        .put("window", budget.group(2));
                break;
            case "--limit":
                ObjectNode limit = asked.body.withArray("limits").addObject();
                for (String part : value.split(",")) {
                    pair(option, part, limit);
                }
                break;
            default:
                asked.body.put(option.substring(2), value);
        }
    }

    private static void pair(String option, String text, ObjectNode to) {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            throw new UsageException(option + ": expected NAME=VALUE, but it is '" + text + "'");
        }
        to.put(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
    }

    private int send(Asked asked) throws InterruptedException {
        URI url = url(asked);
        String method = Map.of("create", "POST", "change", "PATCH", "rotate", "POST", "revoke", "DELETE")
                .getOrDefault(asked.command, "GET");
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + secret(asked))
                .header("Content-Type", "application/json")
                .header("X-Llm-Actor", asked.actor.orElse(System.getProperty("user.name", "cli")))
                .method(
                        method,
                        method.equals("POST") || method.equals("PATCH")
                                ? HttpRequest.BodyPublishers.ofString(asked.body.toString())
                                : HttpRequest.BodyPublishers.noBody())
                .build();
        HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            String text;
            try (InputStream body = response.body()) {
                text = new String(body.readNBytes(MOST_ANSWER_BYTES), StandardCharsets.UTF_8);
            }
            return show(asked, response.statusCode(), text);
        } catch (IOException e) {
            err.println("error: the admin API at " + url + " does not answer: " + e);
            return UNREACHABLE;
        }
    }

    private URI url(Asked asked) {
        String base = asked.url.orElse(environment.getOrDefault("LLM_ADMIN_URL", "http://localhost:8081/admin"));
        String path = base.endsWith("/") ? base + "keys" : base + "/keys";
        if (asked.id.isPresent()) {
            path += "/" + asked.id.get();
        }
        if (asked.command.equals("rotate")) {
            path += "/rotate";
        } else if (asked.command.equals("list")) {
            path += "?limit=1000";
        }
        try {
            URI url = URI.create(path);
            if (url.getHost() != null && Set.of("http", "https").contains(String.valueOf(url.getScheme()))) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // Said below
        }
        throw new UsageException(
                "--url: expected an address such as http://localhost:8081/admin, but it is '" + base + "'");
    }

    private String secret(Asked asked) {
        String secret;
        try {
            secret = asked.secretFile.isPresent()
                    ? Files.readString(asked.secretFile.get()).strip()
                    : environment.getOrDefault("LLM_ADMIN_SECRET", "");
        } catch (IOException e) {
            throw new UsageException("--secret-file: it cannot be read: " + e);
        }
        if (secret.isEmpty() || !secret.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new UsageException("expected the admin secret in $LLM_ADMIN_SECRET or in --secret-file, but it is "
                    + (secret.isEmpty() ? "missing" : "no line of ASCII"));
        }
        return secret;
    }

    private int show(Asked asked, int status, String text) {
        JsonNode json;
        try {
            json = Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            err.println("error: expected JSON from the admin API, but it answered with status " + status
                    + " and something else; is --url right?");
            return REFUSED;
        }
        if (status >= 300) {
            err.println("error: " + json.path("error").path("message").asText("status " + status));
            return REFUSED;
        }
        if (asked.json) {
            out.println(json.toPrettyString());
        } else if (asked.command.equals("list")) {
            list(json);
        } else {
            key(json);
        }
        return OK;
    }

    private void list(JsonNode json) {
        out.printf("%-24s %-8s %-14s %s%n", "ID", "STATE", "SECRET", "NAME");
        for (JsonNode key : json.path("keys")) {
            out.printf(
                    "%-24s %-8s %-14s %s%n",
                    key.path("id").asText(),
                    key.path("state").asText(),
                    key.path("hint").asText(),
                    key.path("name").asText());
        }
        if (json.has("next")) {
            out.println("There are more than 1000; --json and the admin API show the others.");
        }
    }

    private void key(JsonNode json) {
        json.path("key").properties().forEach(member -> {
            JsonNode value = member.getValue();
            if (!(value.isContainerNode() && value.isEmpty())) {
                out.printf("%-20s %s%n", member.getKey(), value.isTextual() ? value.asText() : value);
            }
        });
        if (json.has("secret")) {
            out.printf("%-20s %s%n", "secret", json.path("secret").asText());
            err.println("The secret is shown this one time.");
        }
    }
}
