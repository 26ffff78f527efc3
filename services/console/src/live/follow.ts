import { createParser, type EventSourceMessage } from "eventsource-parser";

/**
 * `resumed` is a connection that told the service its last event, so that nothing was missed; `denied` is final.
 */
export type Connection = "connecting" | "live" | "reconnecting" | "resumed" | "denied";

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

type Ending = "denied" | "resume" | "ended" | "failed";

/** Follows a stream of server-sent events until aborted, taking it up again after the last event that it saw. */
export async function follow({ url, token, onEvent, onConnection, signal }: Following): Promise<void> {
  let lastId = "";
  let connected = false as boolean;
  let served: number | undefined;
  let failures = 0;

  const opened = () => {
    onConnection(connected && lastId ? "resumed" : "live");
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
        ...(lastId && { "Last-Event-ID": lastId }),
      },
      signal,
      opened,
      event: (event) => {
        if (event.id !== undefined) lastId = event.id;
        if (event.event !== "resume") onEvent(event);
      },
      retry: (delay) => (served = delay),
    });
    if (ending === "denied") {
      onConnection("denied");
      return;
    }
    await pause(delayAfter(ending, failures++, served ?? FIRST_DELAY), signal);
  }
}

function delayAfter(ending: Ending, failures: number, first: number): number {
  if (ending === "resume") return SWITCH_DELAY;
  return Math.min(first * 2 ** failures, LONGEST_DELAY);
}

interface Reading {
  url: string;
  headers: Record<string, string>;
  signal: AbortSignal;
  opened: () => void;
  event: (event: EventSourceMessage) => void;
  retry: (delay: number) => void;
}

async function readOnce({ url, headers, signal, opened, event, retry }: Reading): Promise<Ending> {
  const attempt = new AbortController();
  const stop = () => attempt.abort();
  signal.addEventListener("abort", stop);
  let watchdog = setTimeout(stop, SILENCE);
  let ending = "ended" as Ending;
  const parser = createParser({
    onEvent: (message) => {
      event(message);
      if (message.event === "resume") ending = "resume";
    },
    onRetry: retry,
  });
  try {
    const response = await fetch(url, { headers, signal: attempt.signal, cache: "no-store" });
    if (response.status === 401 || response.status === 403) return "denied";
    if (!response.ok || !response.body) return "failed";
    opened();
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    do {
      const { done, value } = await reader.read();
      if (done) break;
      clearTimeout(watchdog);
      watchdog = setTimeout(stop, SILENCE);
      parser.feed(decoder.decode(value, { stream: true }));
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
