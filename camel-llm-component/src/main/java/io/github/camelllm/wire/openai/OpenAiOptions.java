package io.github.camelllm.wire.openai;

import io.github.camelllm.wire.WireProfile;

/**
 * The switches that a provider's descriptor may set for this dialect, in {@link WireProfile#options()}. The list is closed:
 * what no switch says is a dialect of its own.
 *
 * <p>Beside them a descriptor says {@code omit}, {@code rename}, {@code defaults} and {@code roles}. The dialect's own
 * names are those of OpenAI, but for {@code max_tokens}, which most providers know, while those that want
 * {@code max_completion_tokens} rename it; and with {@code top_k}, which OpenAI itself lacks and most others have. Special
 * values of {@code omit}: {@code image}, {@code audio}, {@code video}, {@code document} (media in messages),
 * {@code json_schema}, {@code json_object} (response formats), {@code stream_options} (usage is not asked for then),
 * {@code modalities} (spoken answers), {@code name} (of messages), {@code strict} (of function tools), {@code refusal} (sent
 * as text then).
 */
public final class OpenAiOptions {
    /**
     * How reasoning is asked for: {@code reasoning_effort} (default), {@code reasoning} (object of OpenRouter),
     * {@code thinking} (object with type and budget), {@code thinking+effort} (both), {@code enable_thinking} (with
     * {@code thinking_budget}), {@code chat_template_kwargs}, {@code none}.
     */
    public static final String REASONING = "reasoning";

    /** Efforts that the model takes, separated by commas; another one becomes the nearest of them. Default: all. */
    public static final String REASONING_EFFORTS = "reasoning-efforts";

    /** Name of a boolean member that says whether readable reasoning should come back, such as {@code include_reasoning}. */
    public static final String INCLUDE_THOUGHTS = "include-thoughts";

    /** What {@code thinking.type} says when on: {@code enabled} (default), {@code adaptive}. */
    public static final String THINKING_TYPE = "thinking-type";

    /**
     * Where reasoning goes when an answer is sent back: {@code none} (default), {@code reasoning_content},
     * {@code reasoning}, {@code reasoning_details}, {@code thinking_chunk} (Mistral), {@code summary_chunk} (Databricks).
     */
    public static final String REASONING_REPLAY = "reasoning-replay";

    /** {@code true} if {@code completion_tokens} leaves reasoning out and the total does not tell (xAI, Gemini). */
    public static final String REASONING_OUTSIDE_OUTPUT = "reasoning-outside-output";

    /**
     * Whether a leading {@code <think>…</think>} is taken out of the text: {@code auto} (default: if the answer begins with
     * it and the provider sent no reasoning of its own), {@code never}, {@code implied} (the opening tag is missing: all up
     * to the closing tag is reasoning).
     */
    public static final String THINK_TAGS = "think-tags";

    /** The word for "some tool must be used": {@code required} (default) or {@code any}. */
    public static final String TOOL_CHOICE_REQUIRED = "tool-choice-required";

    /** {@code native} if {@code allowed_tools} is known; default {@code filter}: only the allowed tools are offered. */
    public static final String ALLOWED_TOOLS = "allowed-tools";

    /** {@code always} to send an empty schema for functions without parameters; default {@code optional}. */
    public static final String TOOL_PARAMETERS = "tool-parameters";

    /** {@code alphanumeric9} if ids of tool calls must be nine letters or digits (Mistral); default {@code any}. */
    public static final String TOOL_CALL_IDS = "tool-call-ids";

    /** {@code true} to send the tool's name with its result. */
    public static final String TOOL_NAME = "tool-name";

    /** {@code parts} if tool results may hold images and other media; default {@code refuse}. */
    public static final String TOOL_MEDIA = "tool-media";

    /**
     * Cache hints: {@code none} (default), {@code parts} ({@code cache_control} on content parts and tools),
     * {@code breakpoint} (OpenAI {@code prompt_cache_breakpoint} on content parts).
     */
    public static final String CACHE_CONTROL = "cache-control";

    /** Several text parts: {@code array} (default), or {@code string} to join them where a message is text only. */
    public static final String TEXT_PARTS = "text-parts";

    /** Content of an assistant message with tool calls only: {@code null} (default), {@code empty}, {@code absent}. */
    public static final String EMPTY_CONTENT = "empty-content";

    /** Name of a boolean member that marks a last assistant message to be continued: {@code prefix}, {@code partial}. */
    public static final String PREFILL = "prefill";

    /**
     * Gemini's thought signatures: {@code extra_content} to send them back with their call or message; default {@code none}.
     */
    public static final String THOUGHT_SIGNATURES = "thought-signatures";

    /** {@code true} to send citations of an answer back as {@code annotations}. */
    public static final String ANNOTATIONS_REPLAY = "annotations-replay";

    /** {@code true} to send images of an answer back as {@code images}; they are refused otherwise. */
    public static final String IMAGES_REPLAY = "images-replay";

    /**
     * Form of documents: {@code file} (default: bytes and uploaded files), {@code file_data_url} (addresses too),
     * {@code document_url} (Mistral).
     */
    public static final String DOCUMENTS = "documents";

    /** Form of audio given by address: {@code none} (default), {@code audio_url}, {@code input_audio}. */
    public static final String AUDIO_URL = "audio-url";

    /** {@code count} if {@code logprobs} is the number of alternatives (Together); default {@code boolean}. */
    public static final String LOGPROBS = "logprobs";

    /** Path of chat calls below the base URL, {@code {model}} standing for the model; default {@code /chat/completions}. */
    public static final String CHAT_PATH = "chat.path";

    /** Path of embedding calls; default {@code /embeddings}. */
    public static final String EMBEDDINGS_PATH = "embeddings.path";

    /** Path of the list of models; default {@code /models}. */
    public static final String MODELS_PATH = "models.path";

    /** Most inputs of one embedding call; default 2048. */
    public static final String EMBEDDINGS_MAX_INPUTS = "embeddings.max-inputs";

    /** Name of the member that says what embeddings are for, such as {@code input_type}; default: lacking. */
    public static final String EMBEDDINGS_TASK_TYPE = "embeddings.task-type";

    static final String AUTO = "auto";
    static final String NEVER = "never";
    static final String IMPLIED = "implied";
    static final String NONE = "none";

    private OpenAiOptions() {}

    static boolean isTrue(WireProfile profile, String option) {
        return profile.option(option, "false").equals("true");
    }

    static boolean is(WireProfile profile, String option, String value) {
        return profile.option(option, "").equals(value);
    }
}
