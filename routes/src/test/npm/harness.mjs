// Runs each feature of an SDK against each target behind the gateway, and keeps a record of what came of it.
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { test } from "node:test";

const { url, key, targets, results } = JSON.parse(process.env.CONFORMANCE);

export { key, url };

/** What is asked without a provider: lists, and what the gateway itself refuses. */
const gateway = targets.find((target) => target.name === "gateway");
const providers = targets.filter((target) => target !== gateway);

export function conformance(api) {
  const attempt = (feature, target, run) =>
    test(`${api}, ${feature}, ${target.name}`, { timeout: 30_000 }, async () => {
      const record = { api, feature, target: target.name, outcome: "works" };
      try {
        record.outcome = (await run(target)) ?? "works";
      } catch (error) {
        record.problem = error.stack ?? String(error);
        throw error;
      } finally {
        appendFileSync(results, JSON.stringify(record) + "\n");
      }
    });
  return {
    /** @param run gets the target; what it returns, if anything, is the refusal that the target must give */
    feature: (name, run) => providers.forEach((target) => attempt(name, target, run)),
    ownFeature: (name, run) => attempt(name, gateway, run),
  };
}

/** The error that a call ends with. */
export async function failureOf(call) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: "the call did not fail" });
}

/** Whether a text is as long as an answer of the simulator. */
export function assertProse(text) {
  assert.match(text, /\w+ \w+ \w+/);
}

/** Whether pieces of a stream came before its error. A router does without: it asks the next target as long as none was sent. */
export function assertPieces(target, pieces) {
  assert.ok(target.name === "router" || pieces > 0);
}

/** A PNG of one pixel. */
export const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

/** A JSON schema of a tool's arguments. */
export const CITY = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};

/** The target with the model for a rate limit: a router leaves alone what has one, so each SDK has its own. */
export const limited = (target, api) =>
  target.name === "router" ? { ...target, chat: `router/limited-${api}-js` } : target;
