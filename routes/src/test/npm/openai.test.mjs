import assert from "node:assert/strict";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { assertPieces, assertProse, CITY, conformance, failureOf, key, limited, PIXEL, url } from "./harness.mjs";

const { feature, ownFeature } = conformance("openai");
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });

const user = (content) => [{ role: "user", content }];
const chat = (target, content, more = {}) =>
  client.chat.completions.create({ model: target.chat, messages: user(content), ...more });
const tool = (name) => ({ type: "function", function: { name, description: `Tells ${name}`, parameters: CITY } });
const cityOf = (call) => JSON.parse(call.function.arguments).city;

feature("chat", async (target) => {
  const answer = await chat(target, "Hello");
  assert.equal(answer.object, "chat.completion");
  assert.ok(answer.id);
  assert.ok(answer.created > 1_600_000_000);
  assert.equal(answer.choices[0].message.role, "assistant");
  assertProse(answer.choices[0].message.content);
  assert.equal(answer.choices[0].finish_reason, "stop");
  assert.ok(answer.usage.prompt_tokens > 0);
  assert.ok(answer.usage.completion_tokens > 0);
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
});

feature("streamed chat", async (target) => {
  let text = "";
  const finished = [];
  for await (const chunk of await chat(target, "Hello", { stream: true })) {
    assert.equal(chunk.object, "chat.completion.chunk");
    assert.equal(chunk.usage ?? null, null);
    text += chunk.choices[0].delta.content ?? "";
    if (chunk.choices[0].finish_reason) finished.push(chunk.choices[0].finish_reason);
  }
  assert.equal(text, (await chat(target, "Hello")).choices[0].message.content);
  assert.deepEqual(finished, ["stop"]);
});

feature("usage in a stream", async (target) => {
  const usages = [];
  const stream = await chat(target, "Hello", { stream: true, stream_options: { include_usage: true } });
  for await (const chunk of stream) {
    if (chunk.usage) usages.push([chunk.choices.length, chunk.usage]);
  }
  const [[choices, usage], ...more] = usages;
  assert.deepEqual(more, []);
  assert.equal(choices, 0);
  assert.deepEqual(
    [usage.prompt_tokens, usage.completion_tokens],
    await chat(target, "Hello").then((answer) => [answer.usage.prompt_tokens, answer.usage.completion_tokens]),
  );
});

feature("streaming helper", async (target) => {
  const pieces = [];
  const stream = client.chat.completions.stream({ model: target.chat, messages: user("Hello") });
  stream.on("content", (piece) => pieces.push(piece));
  const answer = await stream.finalChatCompletion();
  assertProse(answer.choices[0].message.content);
  assert.equal(pieces.join(""), answer.choices[0].message.content);
});

feature("system prompt", async (target) => {
  for (const role of ["system", "developer"]) {
    const answer = await client.chat.completions.create({
      model: target.chat,
      messages: [{ role, content: "Be terse." }, ...user("Please repeat your instructions")],
    });
    assert.equal(answer.choices[0].message.content, "Be terse.");
  }
});

feature("several turns", async (target) => {
  const answer = await client.chat.completions.create({
    model: target.chat,
    messages: [...user("Hello"), { role: "assistant", content: "Hi." }, ...user("How many messages are there?")],
  });
  assert.equal(answer.choices[0].message.content, "3 messages");
});

feature("stop sequence", async (target) => {
  const answer = await chat(target, "Say alpha STOP beta", { stop: ["STOP"] });
  assert.equal(answer.choices[0].message.content.trim(), "Say alpha");
  assert.equal(answer.choices[0].finish_reason, "stop");
});

feature("length limit", async (target) => {
  for (const limit of [{ max_tokens: 5 }, { max_completion_tokens: 5 }]) {
    const answer = await chat(target, "Hello", limit);
    assert.equal(answer.choices[0].finish_reason, "length");
    assert.ok(answer.usage.completion_tokens <= 5);
  }
});

feature("tool call", async (target) => {
  const answer = await chat(target, "Weather in Oslo?", { tools: [tool("get_weather")], tool_choice: "required" });
  const [call] = answer.choices[0].message.tool_calls;
  assert.equal(answer.choices[0].finish_reason, "tool_calls");
  assert.equal(call.type, "function");
  assert.ok(call.id);
  assert.equal(call.function.name, "get_weather");
  assert.equal(cityOf(call), "Oslo");
});

feature("streamed parallel tool calls", async (target) => {
  const stream = client.chat.completions.stream({
    model: target.chat,
    messages: user("call tool get_weather and call tool get_time for Oslo"),
    tools: [tool("get_weather"), tool("get_time")],
  });
  const { tool_calls: calls } = (await stream.finalChatCompletion()).choices[0].message;
  assert.deepEqual(calls.map((call) => call.function.name), ["get_weather", "get_time"]);
  assert.deepEqual(calls.map(cityOf), ["Oslo", "Oslo"]);
  assert.equal(new Set(calls.map((call) => call.id)).size, 2);
});

feature("tool results", async (target) => {
  const messages = user("call tool get_weather and call tool get_time for Oslo");
  const tools = [tool("get_weather"), tool("get_time")];
  const first = await client.chat.completions.create({ model: target.chat, messages, tools });
  const calls = first.choices[0].message.tool_calls;
  assert.equal(calls.length, 2);
  const second = await client.chat.completions.create({
    model: target.chat,
    tools,
    messages: [
      ...messages,
      first.choices[0].message,
      ...calls.map(({ id, function: { name } }) => ({ role: "tool", tool_call_id: id, content: `${name}: fine` })),
    ],
  });
  assert.match(second.choices[0].message.content, /get_weather: fine[^]*get_time: fine/);
});

feature("tools run by the SDK", async (target) => {
  const asked = [];
  const runner = client.chat.completions.runTools({
    model: target.chat,
    stream: true,
    messages: user("call tool get_weather for Oslo"),
    tools: [
      {
        type: "function",
        function: {
          ...tool("get_weather").function,
          parse: JSON.parse,
          function: ({ city }) => {
            asked.push(city);
            return `Rain in ${city}`;
          },
        },
      },
    ],
  });
  assert.match(await runner.finalContent(), /Rain in Oslo/);
  assert.deepEqual(asked, ["Oslo"]);
});

feature("structured output", async (target) => {
  const Place = z.object({ city: z.string(), inhabitants: z.number().int(), kind: z.enum(["town", "village"]) });
  const answer = await client.chat.completions.parse({
    model: target.chat,
    messages: user("Lyon, 520000 people, a town"),
    response_format: zodResponseFormat(Place, "place"),
  });
  const { parsed } = answer.choices[0].message;
  assert.equal(typeof parsed.city, "string");
  assert.ok(Number.isInteger(parsed.inhabitants));
  assert.equal(parsed.kind, "town");
});

feature("JSON object", async (target) => {
  let answer;
  try {
    answer = await chat(target, "Hello, as JSON", { response_format: { type: "json_object" } });
  } catch (error) {
    assert.ok(error instanceof OpenAI.BadRequestError, error);
    return "400";
  }
  assert.equal(typeof JSON.parse(answer.choices[0].message.content), "object");
});

feature("image", async (target) => {
  const answer = await chat(target, [
    { type: "text", text: "What is this?" },
    { type: "image_url", image_url: { url: `data:image/png;base64,${PIXEL}` } },
  ]);
  assert.match(answer.choices[0].message.content, /image \(image\/png\)|image/);
});

feature("reasoning", async (target) => {
  const answer = await client.chat.completions.create({
    model: target.reasoning,
    messages: user("Hello"),
    reasoning_effort: "low",
  });
  assertProse(answer.choices[0].message.content);
  assert.ok(answer.usage.completion_tokens_details.reasoning_tokens > 0);
});

feature("several answers", async (target) => {
  let answer;
  try {
    answer = await chat(target, "Hello", { n: 2 });
  } catch (error) {
    assert.ok(error instanceof OpenAI.BadRequestError, error);
    return "400";
  }
  assert.deepEqual(answer.choices.map((choice) => choice.index), [0, 1]);
});

feature("embeddings", async (target) => {
  const ask = () => client.embeddings.create({ model: target.embeddings ?? target.chat, input: ["one", "two"] });
  if (!target.embeddings) {
    const failure = await failureOf(ask);
    assert.ok(failure instanceof OpenAI.BadRequestError, failure);
    return "400";
  }
  const answer = await ask();
  assert.deepEqual(answer.data.map((item) => item.index), [0, 1]);
  assert.equal(answer.data[0].embedding.length, answer.data[1].embedding.length);
  assert.equal(typeof answer.data[0].embedding[0], "number");
  assert.notDeepEqual(answer.data[0].embedding, answer.data[1].embedding);
});

feature("request id", async (target) => {
  const { data, response, request_id } = await chat(target, "Hello").withResponse();
  assert.ok(request_id);
  assert.equal(data._request_id, request_id);
  assert.equal(response.headers.get("x-llm-call-id"), request_id);
});

feature("error 400", async (target) => {
  const failure = await failureOf(() => chat(target, "Hello", { messages: [{ role: "nobody", content: "Hello" }] }));
  assert.ok(failure instanceof OpenAI.BadRequestError, failure);
  assert.equal(failure.type, "invalid_request_error");
});

feature("error 404", async (target) => {
  const failure = await failureOf(() => chat(target, "[[fault: status=404]]"));
  assert.ok(failure instanceof OpenAI.NotFoundError, failure);
});

feature("error 429 with retry-after", async (target) => {
  const failure = await failureOf(() => chat(limited(target, "openai"), "[[fault: status=429;retry-after=7]]"));
  assert.ok(failure instanceof OpenAI.RateLimitError, failure);
  assert.equal(failure.headers.get("retry-after"), "7");
});

feature("error 500", async (target) => {
  const failure = await failureOf(() => chat(target, "[[fault: status=500]]"));
  assert.ok(failure instanceof OpenAI.InternalServerError, failure);
});

feature("error in a stream", async (target) => {
  let pieces = 0;
  const failure = await failureOf(async () => {
    for await (const chunk of await chat(target, "[[fault: error-event=529;after=3]]", { stream: true })) {
      pieces += chunk.choices[0].delta.content ? 1 : 0;
    }
  });
  assert.ok(failure instanceof OpenAI.APIError, failure);
  assertPieces(target, pieces);
});

feature("retry by the SDK", async (target) => {
  const patient = client.withOptions({ maxRetries: 2 });
  const { data, response } = await patient.chat.completions
    .create({ model: target.chat, messages: user(`Please fail once, js openai ${target.name}`) })
    .withResponse();
  assertProse(data.choices[0].message.content);
  assert.equal(response.status, 200);
});

feature("stream left by the client", async (target) => {
  const stream = await chat(target, "Wait until I leave [[fault: stall=3]]", { stream: true });
  for await (const chunk of stream) {
    if (chunk.choices[0].delta.content) break;
  }
  assert.ok(stream.controller.signal.aborted);
});

ownFeature("list of models", async (target) => {
  const ids = [];
  for await (const model of client.models.list()) ids.push(model.id);
  for (const id of target.listed) assert.ok(ids.includes(id), `${id} in ${ids}`);
});

ownFeature("one model", async (target) => {
  for (const id of target.listed) {
    assert.equal((await client.models.retrieve(id)).id, id);
  }
});

ownFeature("error 401", async (target) => {
  const stranger = client.withOptions({ apiKey: "sk-llm-wrong" });
  const failure = await failureOf(() => stranger.chat.completions.create({ model: target.listed[0], messages: user("Hi") }));
  assert.ok(failure instanceof OpenAI.AuthenticationError, failure);
});

ownFeature("error 404, unknown model", async () => {
  const failure = await failureOf(() => client.chat.completions.create({ model: "nobody", messages: user("Hi") }));
  assert.ok(failure instanceof OpenAI.NotFoundError, failure);
});

ownFeature("Responses API", async (target) => {
  const failure = await failureOf(() => client.responses.create({ model: target.listed[0], input: "Hello" }));
  assert.equal(failure.status, 501);
  return "501";
});

ownFeature("moderations, images, audio, files, batches", async () => {
  for (const call of [
    () => client.moderations.create({ input: "Hello" }),
    () => client.images.generate({ prompt: "A dot" }),
    () => client.audio.speech.create({ model: "a", input: "Hello", voice: "b" }),
    () => client.files.list(),
    () => client.batches.list(),
  ]) {
    assert.equal((await failureOf(call)).status, 501);
  }
  return "501";
});
