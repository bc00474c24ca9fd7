package io.github.camelllm.routes.conformance;

/**
 * What came of one feature of an SDK at one target.
 *
 * @param api whose API the SDK speaks: {@code openai}, {@code anthropic} or {@code gemini}
 * @param outcome {@link #WORKS}, or the status of the refusal that the SDK understood
 */
record Result(String api, String feature, Target target, String outcome) {
    static final String WORKS = "works";
}
