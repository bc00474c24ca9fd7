package io.github.camelllm.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WithoutJtokkitTest {
    @Test
    void everythingIsAnEstimateWithoutIt() {
        TokenCounter counter = TokenCounter.using(Tokenizers.NONE);
        ChatRequest request = ChatRequest.builder("gpt-4o")
                .message(ChatMessage.User.of("hello world"))
                .build();
        assertThat(counter.count("gpt-4o", "hello world")).isEqualTo(TokenCount.estimate(3, "openai"));
        assertThat(counter.count(request)).isEqualTo(TokenCount.estimate(3 + 4 + 3, "openai"));
        assertThat(counter.count("claude-opus-4-1", "hello world").method()).isEqualTo("estimate:claude");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4o", "gpt-4", "text-embedding-3-small", "claude-sonnet-5"})
    void classesLoadAndCountWhenItIsNotOnTheClassPath(String model) throws Exception {
        try (URLClassLoader loader = classPathWithout("jtokkit")) {
            Class<?> type = loader.loadClass(TokenCounter.class.getName());
            Object counter = type.getMethod("create").invoke(null);
            Object count = type.getMethod("count", String.class, String.class).invoke(counter, model, "hello world");
            assertThat(count.getClass().getClassLoader()).isSameAs(loader);
            assertThat(count.toString()).contains("exact=false", "method=estimate:");
        }
    }

    @Test
    void theSameSetUpIsExactWithIt() throws Exception {
        try (URLClassLoader loader = classPathWithout("nothing that is there")) {
            Class<?> type = loader.loadClass(TokenCounter.class.getName());
            Object counter = type.getMethod("create").invoke(null);
            Object count = type.getMethod("count", String.class, String.class).invoke(counter, "gpt-4o", "hello world");
            assertThat(count.toString()).contains("tokens=2", "exact=true", "method=o200k_base");
        }
    }

    private static URLClassLoader classPathWithout(String word) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!new File(entry).getName().contains(word)) {
                urls.add(url(entry));
            }
        }
        return new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
    }

    private static URL url(String entry) throws MalformedURLException {
        return new File(entry).toURI().toURL();
    }
}
