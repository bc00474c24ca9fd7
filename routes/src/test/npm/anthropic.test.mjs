import assert from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import { betaZodTool } from "@anthropic-ai/sdk/helpers/beta/zod";
import { z } from "zod";
import { assertPieces, assertProse, CITY, conformance, failureOf, key, limited, PIXEL, url } from "./harness.mjs";

const { feature, ownFeature } = conformance("anthropic");
const client = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 });

const user = (content) => [{ role: "user", content }];
const request = (target, content, more = {}) => ({
  model: target.chat,
  max_tokens: 500,
  messages: user(content),
  ...more,
});
const ask = (target, content, more) => client.messages.create(request(target, content, more));
const textOf = (answer) => answer.content.filter(({ type }) => type === "text").map(({ text }) => text).join("");
const tool = (name) => ({ name, description: `Tells ${name}`, input_schema: CITY });

feature("chat", async (target) => {
  const answer = await ask(target, "Hello");
  assert.equal(answer.type, "message");
  assert.equal(answer.role, "assistant");
  assert.ok(answer.id);
  assertProse(textOf(answer));
  assert.equal(answer.stop_reason, "end_turn");
  assert.ok(answer.usage.input_tokens > 0);
  assert.ok(answer.usage.output_tokens > 0);
});

feature("streamed chat", async (target) => {
  const types = [];
  let text = "";
  for await (const event of await ask(target, "Hello", { stream: true })) {
    types.push(event.type);
    text += event.delta?.text ?? "";
  }
  assert.equal(text, textOf(await ask(target, "Hello")));
  assert.equal(types.at(0), "message_start");
  assert.deepEqual(types.slice(-3), ["content_block_stop", "message_delta", "message_stop"]);
});

feature("usage in a stream", async (target) => {
  const { usage } = await client.messages.stream(request(target, "Hello")).finalMessage();
  const whole = await ask(target, "Hello");
  assert.deepEqual(
    [usage.input_tokens, usage.output_tokens],
    [whole.usage.input_tokens, whole.usage.output_tokens],
  );
});

feature("streaming helper", async (target) => {
  const pieces = [];
  const stream = client.messages.stream(request(target, "Hello")).on("text", (piece) => pieces.push(piece));
  const answer = await stream.finalMessage();
  assertProse(textOf(answer));
  assert.equal(pieces.join(""), textOf(answer));
  assert.equal(answer.stop_reason, "end_turn");
});

feature("system prompt", async (target) => {
  for (const system of ["Be terse.", [{ type: "text", text: "Be terse." }]]) {
    assert.equal(textOf(await ask(target, "Please repeat your instructions", { system })), "Be terse.");
  }
});

feature("several turns", async (target) => {
  const messages = [...user("Hello"), { role: "assistant", content: "Hi." }, ...user("How many messages are there?")];
  assert.equal(textOf(await ask(target, "", { messages })), "3 messages");
});

feature("stop sequence", async (target) => {
  const answer = await ask(target, "Say alpha STOP beta", { stop_sequences: ["STOP"] });
  assert.equal(textOf(answer).trim(), "Say alpha");
  assert.ok(["stop_sequence", "end_turn"].includes(answer.stop_reason), answer.stop_reason);
});

feature("length limit", async (target) => {
  const answer = await ask(target, "Hello", { max_tokens: 5 });
  assert.equal(answer.stop_reason, "max_tokens");
  assert.ok(answer.usage.output_tokens <= 5);
});

feature("tool call", async (target) => {
  const answer = await ask(target, "Weather in Oslo?", { tools: [tool("get_weather")], tool_choice: { type: "any" } });
  const call = answer.content.find(({ type }) => type === "tool_use");
  assert.equal(answer.stop_reason, "tool_use");
  assert.ok(call.id);
  assert.equal(call.name, "get_weather");
  assert.deepEqual(call.input, { city: "Oslo" });
});

feature("streamed parallel tool calls", async (target) => {
  const answer = await client.messages
    .stream(
      request(target, "call tool get_weather and call tool get_time for Oslo", {
        tools: [tool("get_weather"), tool("get_time")],
      }),
    )
    .finalMessage();
  const calls = answer.content.filter(({ type }) => type === "tool_use");
  assert.deepEqual(calls.map(({ name }) => name), ["get_weather", "get_time"]);
  assert.deepEqual(calls.map(({ input }) => input.city), ["Oslo", "Oslo"]);
  assert.equal(new Set(calls.map(({ id }) => id)).size, 2);
  assert.equal(answer.stop_reason, "tool_use");
});

feature("tool results", async (target) => {
  const tools = [tool("get_weather"), tool("get_time")];
  const messages = user("call tool get_weather and call tool get_time for Oslo");
  const first = await client.messages.create(request(target, "", { messages, tools }));
  const calls = first.content.filter(({ type }) => type === "tool_use");
  assert.equal(calls.length, 2);
  const second = await client.messages.create(
    request(target, "", {
      tools,
      messages: [
        ...messages,
        { role: "assistant", content: first.content },
        ...user(calls.map(({ id, name }) => ({ type: "tool_result", tool_use_id: id, content: `${name}: fine` }))),
      ],
    }),
  );
  assert.match(textOf(second), /get_weather: fine[^]*get_time: fine/);
});

feature("tools run by the SDK", async (target) => {
  const asked = [];
  const answer = await client.beta.messages.toolRunner({
    ...request(target, "call tool get_weather for Oslo"),
    stream: false,
    tools: [
      betaZodTool({
        name: "get_weather",
        description: "Tells the weather",
        inputSchema: z.object({ city: z.string() }),
        run: ({ city }) => {
          asked.push(city);
          return `Rain in ${city}`;
        },
      }),
    ],
  });
  assert.match(textOf(answer), /Rain in Oslo/);
  assert.deepEqual(asked, ["Oslo"]);
});

feature("structured output", async (target) => {
  const schema = {
    type: "object",
    properties: { city: { type: "string" }, inhabitants: { type: "integer" } },
    required: ["city", "inhabitants"],
    additionalProperties: false,
  };
  const answer = await ask(target, "Lyon, 520000 people", {
    output_config: { format: { type: "json_schema", schema } },
  });
  assert.ok(Number.isInteger(JSON.parse(textOf(answer)).inhabitants));
});

feature("image", async (target) => {
  const answer = await ask(target, [
    { type: "image", source: { type: "base64", media_type: "image/png", data: PIXEL } },
    { type: "text", text: "What is this?" },
  ]);
  assert.match(textOf(answer), /I see the image/);
});

feature("reasoning", async (target) => {
  const thinking = {
    ...request(target, "Hello"),
    model: target.reasoning,
    max_tokens: 4_000,
    thinking: { type: "enabled", budget_tokens: 1_024 },
  };
  const answer = await client.messages.create(thinking);
  assertProse(textOf(answer));
  const thought = answer.content.find(({ type }) => type === "thinking");
  if (target.thoughtsShown) {
    assertProse(thought.thinking);
    const streamed = await client.messages.stream(thinking).finalMessage();
    assert.equal(streamed.content.find(({ type }) => type === "thinking").thinking, thought.thinking);
    const next = [...thinking.messages, { role: "assistant", content: answer.content }, ...user("Go on")];
    assertProse(textOf(await client.messages.create({ ...thinking, messages: next })));
  }
});

feature("request id", async (target) => {
  const { data, response, request_id } = await ask(target, "Hello").withResponse();
  assert.ok(request_id);
  assert.equal(data._request_id, request_id);
  assert.equal(response.headers.get("x-llm-call-id"), request_id);
});

feature("count tokens", async (target) => {
  const { input_tokens: tokens } = await client.messages.countTokens({ model: target.chat, messages: user("Hello") });
  assert.ok(tokens > 0);
});

feature("error 400", async (target) => {
  const failure = await failureOf(() => ask(target, "", { messages: [{ role: "nobody", content: "Hello" }] }));
  assert.ok(failure instanceof Anthropic.BadRequestError, failure);
  assert.equal(failure.error.error.type, "invalid_request_error");
});

feature("error 404", async (target) => {
  const failure = await failureOf(() => ask(target, "[[fault: status=404]]"));
  assert.ok(failure instanceof Anthropic.NotFoundError, failure);
});

feature("error 429 with retry-after", async (target) => {
  const failure = await failureOf(() => ask(limited(target, "anthropic"), "[[fault: status=429;retry-after=7]]"));
  assert.ok(failure instanceof Anthropic.RateLimitError, failure);
  assert.equal(failure.headers.get("retry-after"), "7");
});

feature("error 500", async (target) => {
  const failure = await failureOf(() => ask(target, "[[fault: status=500]]"));
  assert.ok(failure instanceof Anthropic.InternalServerError, failure);
});

feature("error in a stream", async (target) => {
  let pieces = 0;
  const failure = await failureOf(async () => {
    for await (const event of await ask(target, "[[fault: error-event=529;after=3]]", { stream: true })) {
      pieces += event.delta?.text ? 1 : 0;
    }
  });
  assert.ok(failure instanceof Anthropic.APIError, failure);
  assertPieces(target, pieces);
});

feature("retry by the SDK", async (target) => {
  const patient = client.withOptions({ maxRetries: 2 });
  assertProse(textOf(await patient.messages.create(request(target, `Please fail once, js anthropic ${target.name}`))));
});

feature("stream left by the client", async (target) => {
  const stream = await ask(target, "Wait until I leave [[fault: stall=3]]", { stream: true });
  for await (const event of stream) {
    if (event.delta?.text) break;
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
    const model = await client.models.retrieve(id);
    assert.equal(model.id, id);
    assert.equal(model.type, "model");
  }
});

ownFeature("error 401", async (target) => {
  const stranger = client.withOptions({ apiKey: "sk-llm-wrong" });
  const failure = await failureOf(() => stranger.messages.create(request({ chat: target.listed[0] }, "Hi")));
  assert.ok(failure instanceof Anthropic.AuthenticationError, failure);
});

ownFeature("error 404, unknown model", async () => {
  const failure = await failureOf(() => ask({ chat: "nobody" }, "Hi"));
  assert.ok(failure instanceof Anthropic.NotFoundError, failure);
});

ownFeature("message batches", async () => {
  assert.equal((await failureOf(() => client.messages.batches.list())).status, 501);
  return "501";
});
