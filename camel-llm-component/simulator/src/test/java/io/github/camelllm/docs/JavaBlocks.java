package io.github.camelllm.docs;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apache.camel.builder.RouteBuilder;

/** Compiles the Java of a page. Routes become the body of a route builder, other blocks are compiled as they are. */
final class JavaBlocks {
    private static final Pattern TYPE =
            Pattern.compile("(?m)^(?:public )?(?:final )?(?:class|record|interface|enum) (\\w+)");
    private static final String IMPORTS = """
            import io.github.camelllm.chat.*;
            import io.github.camelllm.component.*;
            import io.github.camelllm.simulator.*;
            import java.util.*;
            import org.apache.camel.*;
            import org.apache.camel.builder.*;
            """;

    private final Path folder;
    private final URLClassLoader classes;

    /**
     * @param page whose blocks marked {@code class} are compiled at once
     * @param folder an empty one for sources and classes
     */
    JavaBlocks(Page page, Path folder) throws IOException {
        this.folder = folder;
        for (Page.Block block : page.marked("class")) {
            compile(block.name(), typeName(block.code()), block.code());
        }
        classes = new URLClassLoader(new URL[] {folder.toUri().toURL()}, JavaBlocks.class.getClassLoader());
    }

    ClassLoader classLoader() {
        return classes;
    }

    /** Compiles statements that could stand in any method. */
    void statements(Page.Block block) throws IOException {
        String name = "Statements" + block.line();
        compile(
                block.name(),
                name,
                IMPORTS + "public class " + name + " {\n    void run() throws Exception {\n" + block.code()
                        + "    }\n}\n");
    }

    RouteBuilder routes(Page.Block block) throws ReflectiveOperationException, IOException {
        String name = "Routes" + block.line();
        StringBuilder imports = new StringBuilder(IMPORTS);
        StringBuilder body = new StringBuilder();
        for (String line : block.code().split("\n")) {
            (line.startsWith("import ") ? imports : body).append(line).append('\n');
        }
        compile(
                block.name(),
                name,
                imports + "public class " + name + " extends RouteBuilder {\n"
                        + "    @Override\n    public void configure() throws Exception {\n" + body + "    }\n}\n");
        return (RouteBuilder) classes.loadClass(name).getDeclaredConstructor().newInstance();
    }

    private static String typeName(String code) {
        Matcher type = TYPE.matcher(code);
        if (!type.find()) {
            throw new AssertionError("no class, record, interface or enum in:\n" + code);
        }
        return type.group(1);
    }

    private void compile(String blockName, String typeName, String source) throws IOException {
        Path file = Files.writeString(folder.resolve(typeName + ".java"), source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        List<String> options = List.of(
                "-proc:none",
                "--release",
                "17",
                "-parameters",
                "-classpath",
                System.getProperty("java.class.path") + java.io.File.pathSeparator + folder,
                "-d",
                folder.toString());
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(problems, Locale.ROOT, StandardCharsets.UTF_8)) {
            boolean compiled = compiler.getTask(null, files, problems, options, null, files.getJavaFileObjects(file))
                    .call();
            if (!compiled) {
                List<String> errors = new ArrayList<>();
                for (Diagnostic<?> problem : problems.getDiagnostics()) {
                    errors.add(problem.toString());
                }
                throw new AssertionError(
                        blockName + " does not compile:\n" + String.join("\n", errors) + "\n" + source);
            }
        }
    }
}
