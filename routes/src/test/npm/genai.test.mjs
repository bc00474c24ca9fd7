import assert from "node:assert/strict";
import { ApiError, FunctionCallingConfigMode, GoogleGenAI, Type } from "@google/genai";
import { assertPieces, assertProse, conformance, failureOf, key, limited, PIXEL, url } from "./harness.mjs";

const { feature, ownFeature } = conformance("gemini");
const client = (apiKey, retryOptions) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url, retryOptions } });
const ai = client(key);

const ask = (target, contents, config = {}) => ai.models.generateContent({ model: target.chat, contents, config });
const tool = (...names) => ({
  functionDeclarations: names.map((name) => ({
    name,
    description: `Tells ${name}`,
    parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ["city"] },
  })),
});

feature("chat", async (target) => {
  const answer = await ask(target, "Hello");
  assertProse(answer.text);
  assert.equal(answer.candidates[0].finishReason, "STOP");
  assert.ok(answer.usageMetadata.promptTokenCount > 0);
  assert.ok(answer.usageMetadata.candidatesTokenCount > 0);
});

feature("streamed chat", async (target) => {
  let text = "";
  let finish;
  for await (const chunk of await ai.models.generateContentStream({ model: target.chat, contents: "Hello" })) {
    text += chunk.text ?? "";
    finish = chunk.candidates?.[0]?.finishReason ?? finish;
  }
  assert.equal(text, (await ask(target, "Hello")).text);
  assert.equal(finish, "STOP");
});

feature("usage in a stream", async (target) => {
  let usage;
  for await (const chunk of await ai.models.generateContentStream({ model: target.chat, contents: "Hello" })) {
    usage = chunk.usageMetadata ?? usage;
  }
  const { usageMetadata: whole } = await ask(target, "Hello");
  assert.deepEqual(
    [usage.promptTokenCount, usage.candidatesTokenCount],
    [whole.promptTokenCount, whole.candidatesTokenCount],
  );
});

feature("system prompt", async (target) => {
  const answer = await ask(target, "Please repeat your instructions", { systemInstruction: "Be terse." });
  assert.equal(answer.text, "Be terse.");
});

feature("several turns", async (target) => {
  const chat = ai.chats.create({ model: target.chat });
  assertProse((await chat.sendMessage({ message: "Hello" })).text);
  assert.equal((await chat.sendMessage({ message: "How many messages are there?" })).text, "3 messages");
});

feature("stop sequence", async (target) => {
  const answer = await ask(target, "Say alpha STOP beta", { stopSequences: ["STOP"] });
  assert.equal(answer.text.trim(), "Say alpha");
});

feature("length limit", async (target) => {
  const answer = await ask(target, "Hello", { maxOutputTokens: 5 });
  assert.equal(answer.candidates[0].finishReason, "MAX_TOKENS");
  assert.ok(answer.usageMetadata.candidatesTokenCount <= 5);
});

feature("tool call", async (target) => {
  const { functionCalls } = await ask(target, "Weather in Oslo?", {
    tools: [tool("get_weather")],
    toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } },
  });
  assert.deepEqual(functionCalls.map(({ name, args }) => [name, args]), [["get_weather", { city: "Oslo" }]]);
});

feature("streamed parallel tool calls", async (target) => {
  const calls = [];
  const stream = await ai.models.generateContentStream({
    model: target.chat,
    contents: "call tool get_weather and call tool get_time for Oslo",
    config: { tools: [tool("get_weather", "get_time")] },
  });
  for await (const chunk of stream) calls.push(...(chunk.functionCalls ?? []));
  assert.deepEqual(calls.map(({ name, args }) => [name, args.city]), [
    ["get_weather", "Oslo"],
    ["get_time", "Oslo"],
  ]);
});

feature("tool results", async (target) => {
  const contents = [{ role: "user", parts: [{ text: "call tool get_weather and call tool get_time for Oslo" }] }];
  const config = { tools: [tool("get_weather", "get_time")] };
  const first = await ask(target, contents, config);
  assert.equal(first.functionCalls.length, 2);
  const parts = first.functionCalls.map(({ id, name }) => ({
    functionResponse: { id, name, response: { output: `${name}: fine` } },
  }));
  const second = await ask(target, [...contents, first.candidates[0].content, { role: "user", parts }], config);
  assert.match(second.text, /get_weather: fine[^]*get_time: fine/);
});

feature("tools run by the SDK", async (target) => {
  const asked = [];
  const answer = await ask(target, "call tool get_weather for Oslo", {
    tools: [
      {
        tool: async () => tool("get_weather"),
        callTool: async (calls) =>
          calls.map(({ id, name, args }) => {
            asked.push(args.city);
            return { functionResponse: { id, name, response: { output: `Rain in ${args.city}` } } };
          }),
      },
    ],
  });
  assert.match(answer.text, /Rain in Oslo/);
  assert.deepEqual(asked, ["Oslo"]);
});

feature("structured output", async (target) => {
  const properties = { city: { type: Type.STRING }, inhabitants: { type: Type.INTEGER } };
  const answer = await ask(target, "Lyon, 520000 people", {
    responseMimeType: "application/json",
    responseSchema: { type: Type.OBJECT, properties, required: ["city", "inhabitants"] },
  });
  assert.ok(Number.isInteger(JSON.parse(answer.text).inhabitants));
  const other = await ask(target, "Lyon, 520000 people", {
    responseMimeType: "application/json",
    responseJsonSchema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  });
  assert.equal(typeof JSON.parse(other.text).city, "string");
});

feature("JSON object", async (target) => {
  let answer;
  try {
    answer = await ask(target, "Hello, as JSON", { responseMimeType: "application/json" });
  } catch (error) {
    assert.equal(error.status, 400);
    return "400";
  }
  assert.equal(typeof JSON.parse(answer.text), "object");
});

feature("image", async (target) => {
  const answer = await ask(target, [
    { inlineData: { mimeType: "image/png", data: PIXEL } },
    { text: "What is this?" },
  ]);
  assert.match(answer.text, /I see the image/);
});

feature("reasoning", async (target) => {
  const thinking = {
    model: target.reasoning,
    contents: "Hello",
    config: { thinkingConfig: { includeThoughts: true, thinkingBudget: 1_024 }, maxOutputTokens: 4_000 },
  };
  const answer = await ai.models.generateContent(thinking);
  assertProse(answer.text);
  // A budget means nothing to a model that takes efforts only
  if (target.thoughtsShown) {
    assert.ok(answer.usageMetadata.thoughtsTokenCount > 0);
    const thoughtOf = (content) => content.parts.filter(({ thought }) => thought).map(({ text }) => text).join("");
    const thought = thoughtOf(answer.candidates[0].content);
    assertProse(thought);
    let streamed = "";
    for await (const chunk of await ai.models.generateContentStream(thinking)) {
      if (chunk.candidates?.[0]?.content?.parts) streamed += thoughtOf(chunk.candidates[0].content);
    }
    assert.equal(streamed, thought);
  }
});

feature("embeddings", async (target) => {
  const embed = () => ai.models.embedContent({ model: target.embeddings ?? target.chat, contents: ["one", "two"] });
  if (!target.embeddings) {
    assert.equal((await failureOf(embed)).status, 400);
    return "400";
  }
  const { embeddings } = await embed();
  assert.equal(embeddings.length, 2);
  assert.equal(embeddings[0].values.length, embeddings[1].values.length);
  assert.notDeepEqual(embeddings[0].values, embeddings[1].values);
});

feature("count tokens", async (target) => {
  assert.ok((await ai.models.countTokens({ model: target.chat, contents: "Hello" })).totalTokens > 0);
});

feature("request id", async (target) => {
  const answer = await ask(target, "Hello");
  assert.ok(answer.sdkHttpResponse.headers["x-llm-call-id"]);
  assert.ok(answer.responseId);
});

feature("error 400", async (target) => {
  const failure = await failureOf(() => ask(target, [{ role: "nobody", parts: [{ text: "Hello" }] }]));
  assert.ok(failure instanceof ApiError, failure);
  assert.equal(failure.status, 400);
  assert.match(failure.message, /INVALID_ARGUMENT/);
});

feature("error 404", async (target) => {
  const failure = await failureOf(() => ask(target, "[[fault: status=404]]"));
  assert.ok(failure instanceof ApiError, failure);
  assert.equal(failure.status, 404);
});

feature("error 429 with retry-after", async (target) => {
  const failure = await failureOf(() => ask(limited(target, "gemini"), "[[fault: status=429;retry-after=7]]"));
  assert.ok(failure instanceof ApiError, failure);
  assert.equal(failure.status, 429);
  assert.match(failure.message, /RESOURCE_EXHAUSTED/);
  assert.match(failure.message, /"retryDelay":"7s"/);
});

feature("error 500", async (target) => {
  const failure = await failureOf(() => ask(target, "[[fault: status=500]]"));
  assert.ok(failure instanceof ApiError, failure);
  assert.ok(failure.status >= 500, String(failure.status));
});

feature("error in a stream", async (target) => {
  let pieces = 0;
  const failure = await failureOf(async () => {
    const contents = "[[fault: error-event=529;after=3]]";
    for await (const chunk of await ai.models.generateContentStream({ model: target.chat, contents })) {
      pieces += chunk.text ? 1 : 0;
    }
  });
  assert.ok(failure instanceof Error, failure);
  assertPieces(target, pieces);
});

feature("retry by the SDK", async (target) => {
  const patient = client(key, { attempts: 3, initialDelay: 0.001, jitter: 0 });
  const answer = await patient.models.generateContent({
    model: target.chat,
    contents: `Please fail once, js gemini ${target.name}`,
  });
  assertProse(answer.text);
});

feature("stream left by the client", async (target) => {
  const leaving = new AbortController();
  const stream = await ai.models.generateContentStream({
    model: target.chat,
    contents: "Wait until I leave [[fault: stall=3]]",
    config: { abortSignal: leaving.signal },
  });
  const failure = await failureOf(async () => {
    for await (const chunk of stream) {
      if (chunk.text) leaving.abort();
    }
  });
  assert.equal(failure.name, "AbortError");
});

ownFeature("list of models", async (target) => {
  const names = [];
  for await (const model of await ai.models.list()) names.push(model.name);
  for (const id of target.listed) assert.ok(names.includes(`models/${id}`), `models/${id} in ${names}`);
});

ownFeature("one model", async (target) => {
  for (const id of target.listed) {
    assert.equal((await ai.models.get({ model: id })).name, `models/${id}`);
  }
});

ownFeature("error 401", async (target) => {
  const failure = await failureOf(() =>
    client("sk-llm-wrong").models.generateContent({ model: target.listed[0], contents: "Hello" }),
  );
  assert.equal(failure.status, 401);
  assert.match(failure.message, /UNAUTHENTICATED/);
});

ownFeature("error 404, unknown model", async () => {
  const failure = await failureOf(() => ask({ chat: "nobody" }, "Hello"));
  assert.equal(failure.status, 404);
  assert.match(failure.message, /NOT_FOUND/);
});

ownFeature("files, caches, batches", async () => {
  for (const call of [() => ai.files.list(), () => ai.caches.list(), () => ai.batches.list()]) {
    assert.equal((await failureOf(call)).status, 501);
  }
  return "501";
});
