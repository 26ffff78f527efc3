import type { EventSourceMessage } from "eventsource-parser";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { follow, type Connection } from "./follow";

/** What the service answers to each connection in turn: a status, or the stream's text, left open on `null`. */
type Answer = number | (string | null)[];

function answering(...answers: Answer[]) {
  const sent: Headers[] = [];
  vi.stubGlobal("fetch", (_: string, { headers, signal }: { headers: HeadersInit; signal: AbortSignal }) => {
    sent.push(new Headers(headers));
    const answer = answers.shift() ?? [null];
    if (typeof answer === "number") return Promise.resolve(new Response(null, { status: answer }));
    return Promise.resolve(new Response(streamOf(answer, signal)));
  });
  return sent;
}

function streamOf(parts: (string | null)[], signal: AbortSignal): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      signal.addEventListener("abort", () => controller.error(new Error("aborted")));
      for (const part of parts) {
        if (part === null) return;
        controller.enqueue(new TextEncoder().encode(part));
      }
      controller.close();
    },
  });
}

function following() {
  const events: EventSourceMessage[] = [];
  const connections: Connection[] = [];
  const leaving = new AbortController();
  const done = follow({
    url: "/v1/stream",
    token: "secret",
    onEvent: (event) => events.push(event),
    onConnection: (connection) => connections.push(connection),
    signal: leaving.signal,
  });
  return { events, connections, leaving, done };
}

beforeEach(() => void vi.useFakeTimers());

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("takes up again after the last event that it saw", async () => {
  const sent = answering(["id: e-1\nevent: journey.transitioned\ndata: {}\n\n"], [": hello\n\n", null]);
  const { events, connections, leaving, done } = following();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(events.map(({ id }) => id)).toEqual(["e-1"]);
  expect(sent.map((headers) => headers.get("Last-Event-ID"))).toEqual([null, "e-1"]);
  expect(sent[1]?.get("Authorization")).toBe("Bearer secret");
  expect(connections).toEqual(["connecting", "live", "reconnecting", "resumed"]);
  leaving.abort();
  await done;
});

test("does not claim to have missed nothing when there was nothing to resume from", async () => {
  answering([": hello\n\n"], [null]);
  const { connections, leaving, done } = following();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(connections.at(-1)).toBe("restarted");
  leaving.abort();
  await done;
});

test("knows where it stands on a stream on which nothing happens", async () => {
  const sent = answering([": here\nid: 0:", "17\n\nid: 0:18\n"], [null]);
  const { events, connections, leaving, done } = following();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(events).toEqual([]);
  expect(sent[1]?.get("Last-Event-ID")).toBe("0:17");
  expect(connections.at(-1)).toBe("resumed");
  leaving.abort();
  await done;
});

test("starts anew, and says so, when the service no longer holds what was missed", async () => {
  const sent = answering(["id: e-1\ndata: {}\n\n"], 410, [null]);
  const { connections, leaving, done } = following();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(sent.map((headers) => headers.get("Last-Event-ID"))).toEqual([null, "e-1", null]);
  expect(connections.at(-1)).toBe("restarted");
  leaving.abort();
  await done;
});

test("changes over at once when the service asks for it, and does not pass that on", async () => {
  const sent = answering(["id: e-7\nevent: resume\ndata: {}\n\n", null], [null]);
  const { events, connections, leaving, done } = following();
  await vi.advanceTimersByTimeAsync(300);
  expect(events).toEqual([]);
  expect(sent[1]?.get("Last-Event-ID")).toBe("e-7");
  expect(connections.at(-1)).toBe("resumed");
  leaving.abort();
  await done;
});

test("waits longer after each failure, and no longer than a quarter of a minute", async () => {
  const sent = answering(...Array.from({ length: 20 }, () => 503));
  const { leaving, done } = following();
  await vi.advanceTimersByTimeAsync(1_000 + 2_000 + 4_000 + 8_000 + 15_000 + 15_000 + 100);
  expect(sent.length).toBe(7);
  leaving.abort();
  await done;
});

test("gives up silence for a lost connection", async () => {
  const sent = answering([null], [null]);
  const { connections, leaving, done } = following();
  await vi.advanceTimersByTimeAsync(47_000);
  expect(sent.length).toBe(2);
  expect(connections).toContain("reconnecting");
  leaving.abort();
  await done;
});

test("a refusal is final", async () => {
  const sent = answering(403);
  const { connections, done } = following();
  await done;
  expect(connections).toEqual(["connecting", "denied"]);
  expect(sent.length).toBe(1);
});
