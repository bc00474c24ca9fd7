package io.github.camelllm.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelIdTest {
    @ParameterizedTest
    @CsvSource({
        "gpt-4o,                                   o200k_base,  true,  true",
        "GPT-4o-2024-11-20,                        o200k_base,  true,  true",
        "gpt-4o-mini,                              o200k_base,  true,  true",
        "gpt-4o-realtime-preview,                  o200k_base,  true,  false",
        "chatgpt-4o-latest,                        o200k_base,  true,  true",
        "gpt-4.1-nano-2025-04-14,                  o200k_base,  true,  true",
        "gpt-4.5-preview,                          o200k_base,  true,  true",
        "o1,                                       o200k_base,  true,  false",
        "o3-mini-2025-01-31,                       o200k_base,  true,  false",
        "o4-mini,                                  o200k_base,  true,  false",
        "gpt-5,                                    o200k_base,  true,  false",
        "gpt-5-mini,                               o200k_base,  true,  false",
        "gpt-oss:20b,                              o200k_base,  true,  false",
        "openai.gpt-oss-120b-1:0,                  o200k_base,  true,  false",
        "openai/gpt-oss-120b,                      o200k_base,  true,  false",
        "gpt-5.1,                                  o200k_base,  false, false",
        "gpt-6-nano,                               o200k_base,  false, false",
        "o9,                                       o200k_base,  false, false",
        "someone/gpt-4o-clone,                     o200k_base,  false, false",
        "gpt-4,                                    cl100k_base, true,  true",
        "gpt-4-0613,                               cl100k_base, true,  true",
        "gpt-4-1106-preview,                       cl100k_base, true,  true",
        "gpt-4-turbo-2024-04-09,                   cl100k_base, true,  true",
        "gpt-35-turbo-16k,                         cl100k_base, true,  true",
        "gpt-3.5-turbo-instruct,                   cl100k_base, true,  false",
        "text-embedding-3-large,                   cl100k_base, true,  false",
        "text-embedding-ada-002,                   cl100k_base, true,  false",
        "openai/gpt-4o:free,                       o200k_base,  true,  true",
        "openrouter/openai/gpt-4o,                 o200k_base,  true,  true",
        "azure/gpt-4o,                             o200k_base,  true,  true",
        "openai-gpt-4.1,                           o200k_base,  true,  true",
        "ft:gpt-3.5-turbo-0125:org:name:id,        cl100k_base, true,  true",
    })
    void knowsTheEncodingsOfOpenAiModels(String model, String encoding, boolean known, boolean plainChat) {
        assertThat(OpenAiEncoding.of(ModelId.of(model))).contains(new OpenAiEncoding(encoding, known, plainChat));
    }

    @ParameterizedTest
    @CsvSource({
        "claude-3-5-sonnet-20241022,                               CLAUDE",
        "claude-2.1,                                               CLAUDE",
        "claude-instant-1.2,                                       CLAUDE",
        "claude-sonnet-4-20250514,                                 CLAUDE",
        "claude-sonnet-4-5@20250929,                               CLAUDE",
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0,             CLAUDE",
        "anthropic/claude-opus-4.6,                                CLAUDE",
        "claude-haiku-4-5,                                         CLAUDE",
        "claude-opus-4-7,                                          CLAUDE_NEW",
        "global.anthropic.claude-opus-4-8-v1:0,                    CLAUDE_NEW",
        "claude-sonnet-5,                                          CLAUDE_NEW",
        "claude-fable-5,                                           CLAUDE_NEW",
        "claude-mythos,                                            CLAUDE_NEW",
        "claude-opus-10-1,                                         CLAUDE_NEW",
        "models/gemini-2.5-pro,                                    GEMINI",
        "google/gemma-3-27b-it,                                    GEMINI",
        "accounts/fireworks/models/llama-v3p1-8b-instruct,         LLAMA_3",
        "meta-llama/Llama-3.3-70B-Instruct,                        LLAMA_3",
        "us.meta.llama3-1-70b-instruct-v1:0,                       LLAMA_3",
        "meta-llama/llama-4-scout-17b-16e-instruct,                LLAMA",
        "@cf/meta/llama-2-7b-chat,                                 LLAMA",
        "deepseek-r1-distill-llama-70b,                            LLAMA",
        "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B,                 QWEN",
        "Qwen/Qwen2.5-VL-72B-Instruct,                             QWEN",
        "qwq-32b,                                                  QWEN",
        "deepseek-chat,                                            DEEPSEEK",
        "mistral-large-latest,                                     MISTRAL",
        "mixtral-8x7b,                                             MISTRAL",
        "pixtral-12b,                                              MISTRAL",
        "us.amazon.nova-micro-v1:0,                                NOVA",
        "minimax/minimax-m2:free,                                  MINIMAX",
        "gpt-4o,                                                   OPENAI",
        "gpt-7,                                                    OPENAI",
        "gpt-4,                                                    OPENAI_CL100K",
        "openai/gpt-oss-20b,                                       GPT_OSS",
        "grok-4,                                                   OTHER",
        "kimi-k2,                                                  OTHER",
        "'',                                                       OTHER",
        "'/',                                                      OTHER",
        "':',                                                      OTHER",
        "'ft:',                                                    OTHER",
        "'a/b/',                                                   OTHER",
    })
    void knowsTheFamily(String model, ModelFamily family) {
        assertThat(ModelFamily.of(ModelId.of(model))).isEqualTo(family);
    }
}
