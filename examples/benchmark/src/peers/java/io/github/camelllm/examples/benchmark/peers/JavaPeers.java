package io.github.camelllm.examples.benchmark.peers;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import io.github.camelllm.examples.benchmark.Conversation;
import io.github.camelllm.examples.benchmark.Peers;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;

/** camel-langchain4j-chat, LangChain4j by itself, and OpenAI's own client, each as its documentation shows it. */
public final class JavaPeers implements Peers {

    @Override
    public List<Peer> calls(CamelContext context, String baseUrl) throws Exception {
        ChatModel model = OpenAiChatModel.builder()
                .baseUrl(baseUrl)
                .apiKey("key")
                .modelName(Conversation.MODEL)
                .temperature(Conversation.TEMPERATURE)
                .maxTokens(Conversation.MAX_TOKENS)
                .build();
        return List.of(
                new Peer("peer-camel-langchain4j-chat", "camel-langchain4j-chat 4.17.0", route(context, model)),
                new Peer("peer-langchain4j", "LangChain4j 1.11.0", () -> model.chat(messages())
                        .aiMessage()
                        .text()),
                new Peer("peer-openai-java", "openai-java 4.52.0", openAi(baseUrl)));
    }

    private static Call route(CamelContext context, ChatModel model) throws Exception {
        context.getRegistry().bind("peerModel", model);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:langchain4j")
                        .to("langchain4j-chat:peer?chatModel=#peerModel&chatOperation=CHAT_MULTIPLE_MESSAGES");
            }
        });
        Endpoint endpoint = context.getEndpoint("direct:langchain4j");
        ProducerTemplate template = context.createProducerTemplate();
        return () -> template.requestBody(endpoint, messages(), String.class);
    }

    private static List<ChatMessage> messages() {
        // The component writes into the list that it is given.
        return Arrays.asList(SystemMessage.from(Conversation.SYSTEM), UserMessage.from(Conversation.USER));
    }

    private static Call openAi(String baseUrl) {
        OpenAIClient client =
                OpenAIOkHttpClient.builder().baseUrl(baseUrl).apiKey("key").build();
        return () -> client.chat()
                .completions()
                .create(ChatCompletionCreateParams.builder()
                        .model(Conversation.MODEL)
                        .addSystemMessage(Conversation.SYSTEM)
                        .addUserMessage(Conversation.USER)
                        .temperature(Conversation.TEMPERATURE)
                        .maxCompletionTokens(Conversation.MAX_TOKENS)
                        .build())
                .choices()
                .get(0)
                .message()
                .content()
                .orElseThrow();
    }
}
