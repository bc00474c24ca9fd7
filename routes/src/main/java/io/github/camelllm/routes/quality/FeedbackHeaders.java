package io.github.camelllm.routes.quality;

import org.apache.camel.spi.Metadata;

/** Headers with which a route says how good an answer is. */
public final class FeedbackHeaders {
    @Metadata(description = "Id of the call that is judged; without it the header CamelLlmCallId", javaType = "String")
    public static final String CALL_ID = "CamelLlmFeedbackCallId";

    @Metadata(description = "How good the answer is, from 0 to 1", javaType = "java.math.BigDecimal")
    public static final String SCORE = "CamelLlmFeedbackScore";

    @Metadata(description = "A word for it; good, bad, up and down need no score beside them", javaType = "String")
    public static final String LABEL = "CamelLlmFeedbackLabel";

    @Metadata(description = "What somebody says of it", javaType = "String")
    public static final String COMMENT = "CamelLlmFeedbackComment";

    @Metadata(description = "What the call was for; without it the call's tag task", javaType = "String")
    public static final String TASK = "CamelLlmFeedbackTask";

    @Metadata(description = "What judges; feedback if it is not said", javaType = "String")
    public static final String NAME = "CamelLlmFeedbackName";

    @Metadata(description = "Who judges; the route's id if it is not said", javaType = "String")
    public static final String JUDGE = "CamelLlmFeedbackJudge";

    private FeedbackHeaders() {}
}
