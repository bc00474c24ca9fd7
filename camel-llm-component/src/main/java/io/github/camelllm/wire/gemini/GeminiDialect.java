package io.github.camelllm.wire.gemini;

import io.github.camelllm.wire.ChatClientCodec;
import io.github.camelllm.wire.ChatServerCodec;
import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.EmbeddingsClientCodec;
import io.github.camelllm.wire.EmbeddingsServerCodec;
import io.github.camelllm.wire.ModelsClientCodec;
import io.github.camelllm.wire.PassThrough;
import java.util.Optional;

/**
 * {@code generateContent} of the Gemini Developer API and of Vertex AI, which share bodies and differ in paths. Stateless
 * and thread-safe.
 *
 * <p>The base URL ends before {@code /models}: {@code https://generativelanguage.googleapis.com/v1beta}, or at Vertex
 * {@code https://{host}/v1/projects/{project}/locations/{location}/publishers/google}. A model id with a slash
 * ({@code tunedModels/x}) is a whole resource name and goes into the path as it is.
 *
 * <p>Options of a profile ({@link io.github.camelllm.wire.WireProfile#options()}):
 *
 * <table>
 * <caption>Options</caption>
 * <tr><th>name</th><th>values, the default first</th><th>meaning</th></tr>
 * <tr><td>{@code model-path-prefix}</td><td>{@code models/}</td><td>put before model ids without a slash</td></tr>
 * <tr><td>{@code thinking}</td><td>{@code auto}, {@code level}, {@code budget}, {@code none}</td>
 *     <td>how reasoning is asked for: {@code thinkingLevel}, {@code thinkingBudget}, or not at all; {@code auto} is
 *     {@code budget} for models named {@code gemini-1…} and {@code gemini-2…} and {@code level} for all others</td></tr>
 * <tr><td>{@code schema-field}</td><td>{@code responseJsonSchema}, {@code responseSchema}</td>
 *     <td>where an answer's schema goes; {@code responseSchema} takes the OpenAPI subset, to which it is converted</td></tr>
 * <tr><td>{@code tool-schema-field}</td><td>{@code parametersJsonSchema}, {@code parameters}</td>
 *     <td>the same for tools</td></tr>
 * <tr><td>{@code mid-system}</td><td>{@code user}, {@code first}</td>
 *     <td>system messages after the first other message: as user text where they stand, or with the
 *     {@code systemInstruction}</td></tr>
 * <tr><td>{@code tool-ids}</td><td>{@code true}, {@code false}</td>
 *     <td>whether ids of function calls are sent; those that this codec made up never are</td></tr>
 * <tr><td>{@code tool-media}</td><td>{@code user}, {@code parts}</td>
 *     <td>media in tool results: in a user message after the results, or in {@code functionResponse.parts} (Gemini 3)</td></tr>
 * <tr><td>{@code replay-thoughts}</td><td>{@code true}, {@code false}</td>
 *     <td>whether readable reasoning goes back as {@code thought} parts</td></tr>
 * <tr><td>{@code missing-signature}</td><td>not set</td>
 *     <td>{@code thoughtSignature} for the first function call of an assistant message of which none has one, such as a
 *     message that another model wrote; Gemini 3 refuses calls without</td></tr>
 * <tr><td>{@code labels}</td><td>{@code false}, {@code true}</td><td>whether metadata is sent as {@code labels} (Vertex)</td></tr>
 * <tr><td>{@code media-resolution}</td><td>{@code none}, {@code part}</td>
 *     <td>whether an image's detail is sent as its part's {@code mediaResolution} (Gemini 3)</td></tr>
 * <tr><td>{@code display-names}</td><td>{@code false}, {@code true}</td>
 *     <td>whether names of inline files are sent as {@code displayName} (Vertex)</td></tr>
 * <tr><td>{@code embeddings}</td><td>{@code batchEmbedContents}, {@code embedContent}, {@code predict}</td>
 *     <td>the method that gives embeddings</td></tr>
 * <tr><td>{@code count-tokens}</td><td>{@code generateContentRequest}, {@code contents}</td>
 *     <td>whether a request to be counted is wrapped (Developer API) or not (Vertex)</td></tr>
 * </table>
 *
 * <p>Members that {@code omit} may name: the body's and {@code generationConfig}'s members by their own names,
 * {@code functionDeclarations}, {@code json_schema}, {@code json_object} and the kinds of media. Without
 * {@code systemInstruction}, system messages are sent as user text.
 */
public final class GeminiDialect implements Dialect {
    static final String NAME = "gemini";

    private final ChatClientCodec client = new GeminiClientCodec();
    private final ChatServerCodec server = new GeminiServerCodec();
    private final PassThrough passThrough = new GeminiPassThrough();
    private final EmbeddingsClientCodec embeddings = new GeminiEmbeddings();
    private final ModelsClientCodec models = new GeminiModels();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ChatClientCodec chat() {
        return client;
    }

    @Override
    public ChatServerCodec server() {
        return server;
    }

    @Override
    public PassThrough passThrough() {
        return passThrough;
    }

    @Override
    public Optional<EmbeddingsClientCodec> embeddings() {
        return Optional.of(embeddings);
    }

    @Override
    public Optional<EmbeddingsServerCodec> embeddingsServer() {
        return Optional.of(GeminiServerAnswers::servedEmbeddings);
    }

    @Override
    public Optional<ModelsClientCodec> models() {
        return Optional.of(models);
    }
}
