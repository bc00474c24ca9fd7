package io.github.camelllm.examples.rag;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.simulator.Responder;
import io.github.camelllm.simulator.ScriptedAnswer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands in for a model: quotes the sentence of the numbered passages that shares the most words with the question. It
 * understands nothing.
 */
final class QuotingResponder implements Responder {
    private static final Pattern PASSAGE =
            Pattern.compile("(?s)\\[(\\d+)] [^\\n]*\\n(.*?)(?=\\n\\n\\[\\d+] |\\n\\nQuestion: |$)");
    private static final Pattern QUESTION = Pattern.compile("(?s)\\n\\nQuestion: (.*)$");
    private static final int LONGEST = 240;

    @Override
    public ScriptedAnswer answer(ChatRequest request) {
        String prompt = lastText(request.messages());
        Matcher question = QUESTION.matcher(prompt);
        Set<String> wanted = question.find() ? words(question.group(1)) : Set.of();
        String best = "";
        double most = 0;
        for (Matcher passage = PASSAGE.matcher(prompt); passage.find(); ) {
            for (String sentence : passage.group(2).split("(?<=[.:!?])\\s+|\\n\\n|\\n(?=[|`<-])")) {
                String quote = sentence.replaceAll("\\s+", " ").strip();
                Set<String> shared = words(quote);
                double size = Math.sqrt(Math.max(6, shared.size()));
                shared.retainAll(wanted);
                if (quote.length() <= LONGEST && shared.size() / size > most) {
                    most = shared.size() / size;
                    best = quote + " [" + passage.group(1) + "]";
                }
            }
        }
        return ScriptedAnswer.text(best.isEmpty() ? "The passages do not tell." : best);
    }

    private static String lastText(List<ChatMessage> messages) {
        StringBuilder text = new StringBuilder();
        if (!messages.isEmpty() && messages.get(messages.size() - 1) instanceof ChatMessage.User user) {
            for (ContentPart part : user.content()) {
                if (part instanceof ContentPart.Text words) {
                    text.append(words.text());
                }
            }
        }
        return text.toString();
    }

    private static Set<String> words(String text) {
        Set<String> words = new HashSet<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
            if (word.length() > 3) {
                words.add(word.endsWith("s") ? word.substring(0, word.length() - 1) : word);
            }
        }
        return words;
    }
}
