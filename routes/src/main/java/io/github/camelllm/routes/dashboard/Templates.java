package io.github.camelllm.routes.dashboard;

import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.loader.ClasspathLoader;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Makes HTML of what pages show. Whatever is written into a template is escaped for HTML, unless the template says otherwise,
 * which a test forbids; scripts and styles are in files of their own, so there is no other place to escape for. Thread-safe.
 */
final class Templates {
    private static final String FOLDER = "camel-llm/dashboard/templates";
    private static final int MOST_HTML_CHARS = 20_000_000;

    /** Pages as the navigation names them. */
    private static final List<View.Choice> NAVIGATION = List.of(
            new View.Choice("Overview", "./", false),
            new View.Choice("Breakdown", "breakdown", false),
            new View.Choice("Calls", "calls", false),
            new View.Choice("Call by id", "call", false),
            new View.Choice("Budgets", "budgets", false),
            new View.Choice("Limits and health", "health", false),
            new View.Choice("Routers", "routers", false),
            new View.Choice("Compare", "compare", false),
            new View.Choice("Quality", "quality", false),
            new View.Choice("Dead letters", "dead-letters", false),
            new View.Choice("Prices", "prices", false));

    private final PebbleEngine engine;
    private final Map<String, String> files;
    private final boolean canSignOut;

    /** @param files addresses of style sheets and scripts by their names */
    Templates(Map<String, String> files, boolean canSignOut) {
        ClasspathLoader loader = new ClasspathLoader(Templates.class.getClassLoader());
        loader.setPrefix(FOLDER);
        loader.setSuffix(".peb");
        engine = new PebbleEngine.Builder()
                .loader(loader)
                .autoEscaping(true)
                .defaultEscapingStrategy("html")
                .strictVariables(true)
                .defaultLocale(Locale.ROOT)
                .maxRenderedSize(MOST_HTML_CHARS)
                .build();
        this.files = Map.copyOf(files);
        this.canSignOut = canSignOut;
    }

    /**
     * @param csv address of the page's tables as CSV, to which the name of one is added
     * @param formToken what its forms bring along
     * @param mayAct whether they are shown
     */
    String page(View view, String csv, String formToken, boolean mayAct) {
        Map<String, Object> model = new HashMap<>();
        model.put("view", view);
        model.put("csv", csv);
        model.put("formToken", formToken);
        model.put(
                "chosenTable",
                mayAct && view.selection() != null ? view.selection().table() : "");
        String current = view.page().isEmpty() ? "./" : view.page();
        model.put(
                "navigation",
                NAVIGATION.stream()
                        .map(entry -> new View.Choice(
                                entry.title(), entry.href(), entry.href().equals(current)))
                        .toList());
        return render("page", view.title(), model);
    }

    /** The page after a sign-in elsewhere, which leads on by itself. */
    String signedIn(String next) {
        return render("signed-in", "Signed in", new HashMap<>(Map.of("next", next, "refresh", "0;url=" + next)));
    }

    /**
     * @param problem why it is shown again; empty if it is not
     * @param withSecret whether a secret lets people in
     * @param withIssuer whether an OpenID Connect issuer does
     */
    String login(String problem, String next, boolean withSecret, boolean withIssuer) {
        Map<String, Object> model = new HashMap<>();
        model.put("problem", problem);
        model.put("withSecret", withSecret);
        model.put("withIssuer", withIssuer);
        model.put("signIn", "signin" + (next.equals("./") ? "" : Links.query("next", next)));
        model.put("action", "login" + (next.equals("./") ? "" : Links.query("next", next)));
        return render("login", "Sign in", model);
    }

    String error(String title, String message) {
        Map<String, Object> model = new HashMap<>();
        model.put("message", message);
        model.put("navigation", NAVIGATION);
        return render("error", title, model);
    }

    private String render(String template, String title, Map<String, Object> model) {
        model.put("title", title);
        model.put("files", files);
        model.put("canSignOut", canSignOut);
        StringWriter out = new StringWriter();
        try {
            engine.getTemplate(template).evaluate(out, model);
        } catch (IOException e) {
            throw new UncheckedIOException("a page could not be written", e);
        }
        return out.toString();
    }
}
