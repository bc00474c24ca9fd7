package io.github.camelllm.routes.queues;

import io.github.camelllm.chat.LlmContentFilteredException;
import io.github.camelllm.chat.LlmContextWindowExceededException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import org.apache.camel.builder.RouteBuilder;

/** The template {@code llm-mail-in}, as in {@code camel-llm/templates/llm-mail-in.camel.yaml}, which explains it. */
public final class MailInTemplate extends RouteBuilder {
    @Override
    public void configure() {
        routeTemplate("llm-mail-in")
                .templateParameter("mailbox", null, "IMAP server, such as imaps:mail.example.com")
                .templateParameter("username", null, "Name of the mailbox")
                .templateParameter("password", null, "Its password, best as a placeholder")
                .templateParameter("model", null, "Who answers, as provider/model")
                .templateParameter("folders", null, "Folders to choose from, separated by commas; they must exist")
                .templateParameter("otherwise", null, "Folder for all other mail; it must exist")
                .templateParameter(
                        "instructions",
                        "Sort this mail. Answer with one word only, one of these:",
                        "What the folders are for")
                .templateParameter("maxTokens", "200", "Most tokens of an answer")
                .templateParameter("requestTimeout", "2m", "Longest wait for one answer")
                .templateParameter("delay", "60000", "Milliseconds between two looks into the mailbox")
                .templateParameter("maxMessages", "50", "Most mails in one poll")
                .templateParameter(
                        "to",
                        "log:io.github.camelllm.routes.queues?level=DEBUG&showBody=false",
                        "Where a sorted mail goes as well, with its folder as header llmFolder")
                // Read only when it was sorted (peek)
                .from("{{mailbox}}?username={{username}}&password=RAW({{password}})&unseen=true&peek=true"
                        + "&delay={{delay}}&maxMessagesPerPoll={{maxMessages}}")
                // A failure must leave the mail where it is
                .errorHandler(noErrorHandler())
                .setVariable("mail", simple("${body}"))
                .setBody(simple("Subject: ${header.Subject}\n\n${bodyAs(String)}"))
                .doTry()
                .to("llm:{{model}}?systemMessage={{instructions}} {{folders}}&maxTokens={{maxTokens}}"
                        + "&requestTimeout={{requestTimeout}}")
                .setHeader("llmFolder", method(Folders.class, "choose(${body}, '{{folders}}', '{{otherwise}}')"))
                .endDoTry()
                .doCatch(
                        LlmInvalidRequestException.class,
                        LlmContextWindowExceededException.class,
                        LlmContentFilteredException.class,
                        LlmMalformedResponseException.class)
                .setHeader("llmFolder", constant("{{otherwise}}"))
                .end()
                .setBody(simple("${variable.mail}"))
                .setHeader("moveTo", simple("${header.llmFolder}"))
                .to("{{to}}");
    }
}
