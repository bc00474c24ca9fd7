package io.github.camelllm.component;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What an answer becomes as a message body, and the failures that a whole answer can still be. */
final class Answers {
    private Answers() {}

    /**
     * The list of tool calls if the model asks for tools, else the text.
     *
     * @throws LlmException if the model declined, or a filter withheld the answer, and there is no text at all
     */
    static Object body(ChatResponse response, CallRecord record) {
        ChatMessage.Assistant answer = ChatProcessor.answerOf(response);
        if (!answer.toolCalls().isEmpty()) {
            return OpenAiShape.toolCalls(answer.toolCalls());
        }
        String text = answer.text();
        if (text.isEmpty()) {
            requireNotWithheld(response, record);
        }
        return text;
    }

    /**
     * Checks an answer against its schema.
     *
     * @throws LlmException if it cannot conform: withheld, or cut by the output limit
     */
    static StructuredOutput.Checked check(ChatResponse response, StructuredOutput output, CallRecord record) {
        requireNotWithheld(response, record);
        StructuredOutput.Checked checked = output.check(response.text());
        if (!checked.isValid() && finishReason(response) == FinishReason.LENGTH) {
            throw failure(
                    ErrorKind.MALFORMED_RESPONSE,
                    "the answer was cut by the output limit before its JSON ended; raise maxTokens",
                    "json_cut",
                    record);
        }
        return checked;
    }

    static LlmException doesNotConform(List<String> problems, int repairs, CallRecord record) {
        return failure(
                ErrorKind.MALFORMED_RESPONSE,
                "the answer does not conform to the schema after " + repairs + " repairs: "
                        + String.join("; ", problems),
                "schema_mismatch",
                record);
    }

    static LlmException cancelled(CallRecord record) {
        return failure(ErrorKind.UNAVAILABLE, "the call was cancelled", "cancelled", record);
    }

    private static void requireNotWithheld(ChatResponse response, CallRecord record) {
        if (ChatProcessor.answerOf(response).refusal().isPresent()) {
            throw failure(ErrorKind.CONTENT_FILTERED, "the model declined to answer", "refusal", record);
        }
        if (finishReason(response) == FinishReason.CONTENT_FILTER) {
            throw failure(
                    ErrorKind.CONTENT_FILTERED,
                    "the answer was withheld ("
                            + response.finish().flatMap(Finish::nativeReason).orElse("content_filter") + ")",
                    "content_filter",
                    record);
        }
    }

    private static FinishReason finishReason(ChatResponse response) {
        return response.finish().map(Finish::reason).orElse(FinishReason.OTHER);
    }

    private static LlmException failure(ErrorKind kind, String what, String errorType, CallRecord record) {
        return kind.exception(
                record.provider() + "/" + record.requestModel() + ": " + what,
                new ErrorDetails(
                        record.provider(),
                        record.requestModel(),
                        OptionalInt.empty(),
                        record.requestId(),
                        errorType,
                        false,
                        Optional.empty(),
                        Optional.empty()));
    }
}
