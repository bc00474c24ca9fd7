"""Runs features of the SDKs for Python against each target behind the gateway, and keeps a record of what came of them."""

import json
import os
import traceback

import anthropic
import openai
from google import genai
from google.genai import errors, types
from pydantic import BaseModel

SETTINGS = json.loads(os.environ["CONFORMANCE"])
TARGETS = {target["name"]: target for target in SETTINGS["targets"]}
GATEWAY = TARGETS.pop("gateway")
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TWO_TOOLS = "call tool get_weather and call tool get_time for Oslo"

features = []


def feature(api, name, own=False):
    def keep(run):
        features.append((api, name, [GATEWAY] if own else TARGETS.values(), run))
        return run

    return keep


def failure_of(kind, call):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"expected {kind.__name__}, but the call did not fail")


def limited(target, api):
    """The target with the model for a rate limit: a router leaves alone what has one, so each SDK has its own."""
    return {**target, "chat": f"router/limited-{api}-python"} if target["name"] == "router" else target


# ---- OpenAI

openai_client = openai.OpenAI(base_url=SETTINGS["url"] + "/v1", api_key=SETTINGS["key"], max_retries=0)


class Place(BaseModel):
    city: str
    inhabitants: int


def user(text):
    return [{"role": "user", "content": text}]


def chat(target, text, **more):
    return openai_client.chat.completions.create(model=target["chat"], messages=user(text), **more)


def openai_tools(*names):
    return [{"type": "function", "function": {"name": name, "parameters": CITY}} for name in names]


@feature("openai", "chat")
def openai_chat(target):
    answer = chat(target, "Hello")
    assert answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.completion_tokens > 0


@feature("openai", "streamed chat")
def openai_streamed(target):
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chat(target, "Hello", stream=True))
    assert text == chat(target, "Hello").choices[0].message.content


@feature("openai", "usage in a stream")
def openai_stream_usage(target):
    stream = chat(target, "Hello", stream=True, stream_options={"include_usage": True})
    usages = [chunk.usage for chunk in stream if chunk.usage]
    assert len(usages) == 1
    assert usages[0].completion_tokens == chat(target, "Hello").usage.completion_tokens


@feature("openai", "streaming helper")
def openai_streaming_helper(target):
    with openai_client.chat.completions.stream(model=target["chat"], messages=user("Hello")) as stream:
        for _ in stream:
            pass
        assert stream.get_final_completion().choices[0].message.content


@feature("openai", "tool results")
def openai_tool_results(target):
    tools = openai_tools("get_weather", "get_time")
    first = chat(target, TWO_TOOLS, tools=tools).choices[0].message
    assert [call.function.name for call in first.tool_calls] == ["get_weather", "get_time"]
    results = [
        {"role": "tool", "tool_call_id": call.id, "content": f"{call.function.name}: fine"} for call in first.tool_calls
    ]
    second = openai_client.chat.completions.create(
        model=target["chat"], tools=tools, messages=[*user(TWO_TOOLS), first, *results]
    )
    assert "get_weather: fine" in second.choices[0].message.content
    assert "get_time: fine" in second.choices[0].message.content


@feature("openai", "structured output")
def openai_structured(target):
    answer = openai_client.chat.completions.parse(
        model=target["chat"], messages=user("Lyon, 520000 people"), response_format=Place
    )
    assert isinstance(answer.choices[0].message.parsed, Place)


@feature("openai", "request id")
def openai_request_id(target):
    response = openai_client.chat.completions.with_raw_response.create(model=target["chat"], messages=user("Hello"))
    assert response.parse()._request_id == response.headers["x-llm-call-id"]


@feature("openai", "embeddings")
def openai_embeddings(target):
    def ask():
        return openai_client.embeddings.create(model=target.get("embeddings", target["chat"]), input=["one", "two"])

    if "embeddings" not in target:
        failure_of(openai.BadRequestError, ask)
        return "400"
    assert len(ask().data) == 2


@feature("openai", "error 400")
def openai_400(target):
    failure_of(
        openai.BadRequestError,
        lambda: openai_client.chat.completions.create(
            model=target["chat"], messages=[{"role": "nobody", "content": "Hello"}]
        ),
    )


@feature("openai", "error 404")
def openai_404(target):
    failure_of(openai.NotFoundError, lambda: chat(target, "[[fault: status=404]]"))


@feature("openai", "error 429 with retry-after")
def openai_429(target):
    error = failure_of(
        openai.RateLimitError, lambda: chat(limited(target, "openai"), "[[fault: status=429;retry-after=7]]")
    )
    assert error.response.headers["retry-after"] == "7"


@feature("openai", "error 500")
def openai_500(target):
    failure_of(openai.InternalServerError, lambda: chat(target, "[[fault: status=500]]"))


@feature("openai", "error in a stream")
def openai_stream_error(target):
    failure_of(openai.APIError, lambda: list(chat(target, "[[fault: error-event=529;after=3]]", stream=True)))


@feature("openai", "retry by the SDK")
def openai_retry(target):
    patient = openai_client.with_options(max_retries=2)
    text = f"Please fail once, python openai {target['name']}"
    assert patient.chat.completions.create(model=target["chat"], messages=user(text)).choices[0].message.content


@feature("openai", "stream left by the client")
def openai_left(target):
    with chat(target, "Wait until I leave [[fault: stall=3]]", stream=True) as stream:
        assert next(iter(stream))


@feature("openai", "list of models", own=True)
def openai_models(target):
    assert {model.id for model in openai_client.models.list()} >= set(target["listed"])


@feature("openai", "error 401", own=True)
def openai_401(target):
    stranger = openai_client.with_options(api_key="sk-llm-wrong")
    failure_of(openai.AuthenticationError, lambda: stranger.models.list())


# ---- Anthropic

anthropic_client = anthropic.Anthropic(base_url=SETTINGS["url"], api_key=SETTINGS["key"], max_retries=0)


def asked(target, text, **more):
    return {"model": target["chat"], "max_tokens": 500, "messages": user(text), **more}


def message(target, text, **more):
    return anthropic_client.messages.create(**asked(target, text, **more))


def text_of(answer):
    return "".join(block.text for block in answer.content if block.type == "text")


@feature("anthropic", "chat")
def anthropic_chat(target):
    answer = message(target, "Hello")
    assert text_of(answer)
    assert answer.stop_reason == "end_turn"
    assert answer.usage.output_tokens > 0


@feature("anthropic", "streamed chat")
def anthropic_streamed(target):
    with anthropic_client.messages.stream(**asked(target, "Hello")) as stream:
        assert "".join(stream.text_stream) == text_of(message(target, "Hello"))


@feature("anthropic", "usage in a stream")
def anthropic_stream_usage(target):
    with anthropic_client.messages.stream(**asked(target, "Hello")) as stream:
        usage = stream.get_final_message().usage
    assert usage.output_tokens == message(target, "Hello").usage.output_tokens


@feature("anthropic", "tool results")
def anthropic_tool_results(target):
    tools = [{"name": name, "input_schema": CITY} for name in ("get_weather", "get_time")]
    first = message(target, TWO_TOOLS, tools=tools)
    calls = [block for block in first.content if block.type == "tool_use"]
    assert [(call.name, call.input) for call in calls] == [
        ("get_weather", {"city": "Oslo"}),
        ("get_time", {"city": "Oslo"}),
    ]
    results = [{"type": "tool_result", "tool_use_id": call.id, "content": f"{call.name}: fine"} for call in calls]
    messages = [*user(TWO_TOOLS), {"role": "assistant", "content": first.content}, *user(results)]
    second = text_of(message(target, "", messages=messages, tools=tools))
    assert "get_weather: fine" in second
    assert "get_time: fine" in second


@feature("anthropic", "request id")
def anthropic_request_id(target):
    response = anthropic_client.messages.with_raw_response.create(**asked(target, "Hello"))
    assert response.parse()._request_id == response.headers["x-llm-call-id"]


@feature("anthropic", "count tokens")
def anthropic_count(target):
    assert anthropic_client.messages.count_tokens(model=target["chat"], messages=user("Hello")).input_tokens > 0


@feature("anthropic", "error 400")
def anthropic_400(target):
    wrong = [{"role": "nobody", "content": "Hello"}]
    failure_of(anthropic.BadRequestError, lambda: message(target, "", messages=wrong))


@feature("anthropic", "error 404")
def anthropic_404(target):
    failure_of(anthropic.NotFoundError, lambda: message(target, "[[fault: status=404]]"))


@feature("anthropic", "error 429 with retry-after")
def anthropic_429(target):
    error = failure_of(
        anthropic.RateLimitError, lambda: message(limited(target, "anthropic"), "[[fault: status=429;retry-after=7]]")
    )
    assert error.response.headers["retry-after"] == "7"


@feature("anthropic", "error 500")
def anthropic_500(target):
    failure_of(anthropic.InternalServerError, lambda: message(target, "[[fault: status=500]]"))


@feature("anthropic", "error in a stream")
def anthropic_stream_error(target):
    failure_of(
        anthropic.APIError, lambda: list(message(target, "[[fault: error-event=529;after=3]]", stream=True))
    )


@feature("anthropic", "retry by the SDK")
def anthropic_retry(target):
    patient = anthropic_client.with_options(max_retries=2)
    text = f"Please fail once, python anthropic {target['name']}"
    assert text_of(patient.messages.create(**asked(target, text)))


@feature("anthropic", "stream left by the client")
def anthropic_left(target):
    with message(target, "Wait until I leave [[fault: stall=3]]", stream=True) as stream:
        assert next(iter(stream))


@feature("anthropic", "list of models", own=True)
def anthropic_models(target):
    assert {model.id for model in anthropic_client.models.list()} >= set(target["listed"])


@feature("anthropic", "error 401", own=True)
def anthropic_401(target):
    stranger = anthropic_client.with_options(api_key="sk-llm-wrong")
    failure_of(anthropic.AuthenticationError, lambda: stranger.models.list())


# ---- Google


def google(key, attempts=1):
    retries = types.HttpRetryOptions(attempts=attempts, initial_delay=0.001, jitter=0)
    return genai.Client(
        api_key=key, http_options=types.HttpOptions(base_url=SETTINGS["url"], retry_options=retries)
    )


google_client = google(SETTINGS["key"])


def generate(target, contents, client=google_client, **config):
    return client.models.generate_content(
        model=target["chat"], contents=contents, config=types.GenerateContentConfig(**config)
    )


def generated(target, text):
    return google_client.models.generate_content_stream(model=target["chat"], contents=text)


def google_tools(*names):
    functions = [types.FunctionDeclaration(name=name, parameters=CITY) for name in names]
    return {
        "tools": [types.Tool(function_declarations=functions)],
        "automatic_function_calling": types.AutomaticFunctionCallingConfig(disable=True),
    }


def code_of(call):
    return failure_of(errors.APIError, call).code


@feature("gemini", "chat")
def google_chat(target):
    answer = generate(target, "Hello")
    assert answer.text
    assert answer.candidates[0].finish_reason == types.FinishReason.STOP
    assert answer.usage_metadata.candidates_token_count > 0


@feature("gemini", "streamed chat")
def google_streamed(target):
    assert "".join(chunk.text or "" for chunk in generated(target, "Hello")) == generate(target, "Hello").text


@feature("gemini", "usage in a stream")
def google_stream_usage(target):
    usage = list(generated(target, "Hello"))[-1].usage_metadata
    assert usage.candidates_token_count == generate(target, "Hello").usage_metadata.candidates_token_count


@feature("gemini", "several turns")
def google_turns(target):
    chat_of_it = google_client.chats.create(model=target["chat"])
    assert chat_of_it.send_message("Hello").text
    assert chat_of_it.send_message("How many messages are there?").text == "3 messages"


@feature("gemini", "tool results")
def google_tool_results(target):
    tools = google_tools("get_weather", "get_time")
    question = types.Content(role="user", parts=[types.Part.from_text(text=TWO_TOOLS)])
    first = generate(target, [question], **tools)
    assert [(call.name, call.args) for call in first.function_calls] == [
        ("get_weather", {"city": "Oslo"}),
        ("get_time", {"city": "Oslo"}),
    ]
    results = types.Content(
        role="user",
        parts=[
            types.Part.from_function_response(name=call.name, response={"output": f"{call.name}: fine"})
            for call in first.function_calls
        ],
    )
    second = generate(target, [question, first.candidates[0].content, results], **tools).text
    assert "get_weather: fine" in second
    assert "get_time: fine" in second


@feature("gemini", "structured output")
def google_structured(target):
    answer = generate(
        target, "Lyon, 520000 people", response_mime_type="application/json", response_schema=Place
    )
    assert isinstance(answer.parsed, Place)


@feature("gemini", "request id")
def google_request_id(target):
    assert generate(target, "Hello").sdk_http_response.headers["x-llm-call-id"]


@feature("gemini", "embeddings")
def google_embeddings(target):
    def ask(contents):
        return google_client.models.embed_content(
            model=target.get("embeddings", target["chat"]), contents=contents
        )

    if "embeddings" not in target:
        assert code_of(lambda: ask("one")) == 400
        return "400"
    assert len(ask(["one", "two"]).embeddings) == 2


@feature("gemini", "count tokens")
def google_count(target):
    assert google_client.models.count_tokens(model=target["chat"], contents="Hello").total_tokens > 0


@feature("gemini", "error 400")
def google_400(target):
    wrong = types.Content(role="nobody", parts=[types.Part.from_text(text="Hello")])
    assert code_of(lambda: generate(target, [wrong])) == 400


@feature("gemini", "error 404")
def google_404(target):
    assert code_of(lambda: generate(target, "[[fault: status=404]]")) == 404


@feature("gemini", "error 429 with retry-after")
def google_429(target):
    error = failure_of(
        errors.ClientError, lambda: generate(limited(target, "gemini"), "[[fault: status=429;retry-after=7]]")
    )
    assert error.code == 429
    assert "7s" in json.dumps(error.details)


@feature("gemini", "error 500")
def google_500(target):
    failure_of(errors.ServerError, lambda: generate(target, "[[fault: status=500]]"))


@feature("gemini", "error in a stream")
def google_stream_error(target):
    failure_of(errors.APIError, lambda: list(generated(target, "[[fault: error-event=529;after=3]]")))


@feature("gemini", "retry by the SDK")
def google_retry(target):
    text = f"Please fail once, python gemini {target['name']}"
    assert generate(target, text, google(SETTINGS["key"], attempts=3)).text


@feature("gemini", "stream left by the client")
def google_left(target):
    stream = generated(target, "Wait until I leave [[fault: stall=3]]")
    assert next(stream).text
    stream.close()


@feature("gemini", "list of models", own=True)
def google_models(target):
    assert {model.name for model in google_client.models.list()} >= {"models/" + id for id in target["listed"]}


@feature("gemini", "one model", own=True)
def google_model(target):
    for id in target["listed"]:
        assert google_client.models.get(model=id).name == "models/" + id


@feature("gemini", "error 401", own=True)
def google_401(target):
    assert code_of(lambda: generate({"chat": "fast"}, "Hello", google("sk-llm-wrong"))) == 401


with open(SETTINGS["results"], "a", encoding="utf-8") as results:
    for api, name, targets, run in features:
        for target in targets:
            record = {"api": api, "feature": name, "target": target["name"], "outcome": "works"}
            try:
                record["outcome"] = run(target) or "works"
            except Exception:
                record["problem"] = traceback.format_exc()
            results.write(json.dumps(record) + "\n")
