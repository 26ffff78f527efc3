import { createParser, type EventSourceMessage } from "eventsource-parser";

import { Place } from "./place";

/**
 * `resumed`: the service went on from where we were, and nothing was missed. `restarted`: it no longer could.
 * `denied` is final.
 */
export type Connection = "connecting" | "live" | "reconnecting" | "resumed" | "restarted" | "denied";

export interface Following {
  url: string;
  token: string | null;
  onEvent: (event: EventSourceMessage) => void;
  onConnection: (connection: Connection) => void;
  signal: AbortSignal;
}

const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 15_000;
const SILENCE = 45_000; // three missed heartbeats of 15 s
const SWITCH_DELAY = 250; // when the service itself asks for a new connection

type Ending = "denied" | "gone" | "resume" | "ended" | "failed";

/** Follows a stream of server-sent events until aborted, taking it up again after the last event that it saw. */
export async function follow({ url, token, onEvent, onConnection, signal }: Following): Promise<void> {
  const place = new Place();
  let connected = false as boolean;
  let served: number | undefined;
  let failures = 0;

  const opened = () => {
    const again = place.id ? "resumed" : "restarted";
    onConnection(connected ? again : "live");
    connected = true;
    failures = 0;
  };

  while (!signal.aborted) {
    onConnection(connected ? "reconnecting" : "connecting");
    const ending = await readOnce({
      url,
      headers: {
        Accept: "text/event-stream",
        ...(token !== null && { Authorization: `Bearer ${token}` }),
        ...(place.id && { "Last-Event-ID": place.id }),
      },
      signal,
      opened,
      place,
      event: onEvent,
      retry: (delay) => (served = delay),
    });
    if (ending === "denied") {
      onConnection("denied");
      return;
    }
    place.broken();
    if (ending === "gone") place.id = "";
    await pause(delayAfter(ending, failures++, served ?? FIRST_DELAY), signal);
  }
}

function delayAfter(ending: Ending, failures: number, first: number): number {
  if (ending === "resume" || ending === "gone") return SWITCH_DELAY;
  return Math.min(first * 2 ** failures, LONGEST_DELAY);
}

interface Reading {
  url: string;
  headers: Record<string, string>;
  signal: AbortSignal;
  opened: () => void;
  place: Place;
  event: (event: EventSourceMessage) => void;
  retry: (delay: number) => void;
}

async function readOnce({ url, headers, signal, opened, place, event, retry }: Reading): Promise<Ending> {
  const attempt = new AbortController();
  const stop = () => attempt.abort();
  signal.addEventListener("abort", stop);
  let watchdog = setTimeout(stop, SILENCE);
  let ending = "ended" as Ending;
  const parser = createParser({
    onEvent: (message) => {
      if (message.event === "resume") ending = "resume";
      else event(message);
    },
    onRetry: retry,
  });
  try {
    const response = await fetch(url, { headers, signal: attempt.signal, cache: "no-store" });
    if (response.status === 401 || response.status === 403) return "denied";
    if (response.status === 410) return "gone";
    if (!response.ok || !response.body) return "failed";
    opened();
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    do {
      const { done, value } = await reader.read();
      if (done) break;
      clearTimeout(watchdog);
      watchdog = setTimeout(stop, SILENCE);
      const text = decoder.decode(value, { stream: true });
      parser.feed(text);
      place.feed(text);
    } while (ending === "ended");
    return ending;
  } catch {
    return "failed";
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener("abort", stop);
    attempt.abort();
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
