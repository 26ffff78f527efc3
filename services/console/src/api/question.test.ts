import createClient from "openapi-fetch";
import { beforeEach, expect, test, vi } from "vitest";

import { useActedOn, useActions } from "../actions/asking";
import { useFactsOfGroup, useMeasures, useSnakesAndLadders } from "../measures/asking";
import { useFactsBehind } from "./behind";
import { useBlueprint, useFlow, useFunnel, useMap, useTargetMap } from "./queries";
import { opening, type Answering } from "./question";
import type { paths } from "./schema";

/** A query without the page around it: what it asks, when it is told to. */
interface Query {
  queryKey: readonly unknown[];
  queryFn: (context: { pageParam: string }) => Promise<Answering<object>>;
}

const asked: URL[] = [];
const api = createClient<paths>({
  baseUrl: "http://test",
  fetch: (request) => {
    asked.push(new URL(request.url));
    return Promise.resolve(Response.json({ items: [], next: null }));
  },
});

vi.mock("@tanstack/react-query", () => ({ useQuery: (query: Query) => query, useInfiniteQuery: (query: Query) => query }));
vi.mock("../session/Session", () => ({ useSession: () => ({ api }) }));

const ANSWERED = Date.parse("2026-11-24T10:20:50Z");
const OPENED = Date.parse("2026-11-24T10:22:10Z");
const WEEK = "2026-11-17T10:20:00.000Z";

beforeEach(() => {
  asked.length = 0;
});

async function answerAt(moment: number, query: unknown, pageParam = "") {
  vi.spyOn(Date, "now").mockReturnValue(moment);
  const answer = await (query as Query).queryFn({ pageParam });
  return { answer, query: Object.fromEntries(asked.at(-1)?.searchParams ?? []) };
}

function opened<T extends object>(answer: Answering<object>, number: T): Answering<T> {
  const found: Answering<T>[] = [];
  opening<T>(answer, (one) => found.push(one))(number);
  return found[0] ?? { ...number, question: {} };
}

const useWhoIsBehind = (answer: Answering<object>) =>
  useFactsBehind("refund", opened(answer, { title: "", funnel: "now" as const, stage: "a" }));
const useWhoIsOfGroup = (answer: Answering<object>) =>
  useFactsOfGroup("refund", opened(answer, { title: "", measure: "wait" as const, by: "stage" as const, group: "a" }));
const useWhomItActedOn = (answer: Answering<object>) =>
  useActedOn("refund", opened(answer, { title: "", action: "send", state: "requested" as const, watched: false }));

type Case = [string, () => unknown, (answer: Answering<object>) => unknown];
const OF_SEGMENTS: Case[] = [
  ["funnel", () => useFunnel("refund", { span: "7", segment: "gold" }), useWhoIsBehind],
  ["flow", () => useFlow("refund", { span: "7", segment: "gold" }), useWhoIsBehind],
  ["map", () => useMap("refund", "7", "gold"), useWhoIsBehind],
  ["target map", () => useTargetMap("refund", "7", "gold"), useWhoIsBehind],
  ["blueprint", () => useBlueprint("refund", "7", "gold"), useWhoIsBehind],
];
const OF_EVERYBODY: Case[] = [
  ["measures", () => useMeasures("refund", "7", "stage"), useWhoIsOfGroup],
  ["snakes and ladders", () => useSnakesAndLadders("refund", "7"), useWhoIsOfGroup],
  ["actions", () => useActions("refund", "7"), useWhomItActedOn],
];

test.each([...OF_SEGMENTS, ...OF_EVERYBODY])("%s: a number opened late is asked for as it was", async (_name, number, opens) => {
  const shown = await answerAt(ANSWERED, number());
  const list = await answerAt(OPENED, opens(shown.answer));
  expect([shown.query.since, list.query.since]).toEqual([WEEK, WEEK]);
  expect(list.query.until).toBeUndefined();
});

test.each(OF_SEGMENTS)("%s: a number of a segment opens to the segment", async (_name, number, opens) => {
  const shown = await answerAt(ANSWERED, number());
  const list = await answerAt(OPENED, opens(shown.answer));
  expect([shown.query.segment, list.query.segment]).toEqual(["gold", "gold"]);
});

test("later pages are of the window of the first", async () => {
  const { answer } = await answerAt(ANSWERED, useMap("refund", "7"));
  const list = useWhoIsBehind(answer);
  await answerAt(ANSWERED, list);
  expect((await answerAt(OPENED, list, "next page")).query).toMatchObject({ since: WEEK, cursor: "next page" });
});

test("a number that was answered anew opens to a list of its own", async () => {
  const first = await answerAt(ANSWERED, useMap("refund", "7"));
  const second = await answerAt(OPENED, useMap("refund", "7"));
  const lists = [useWhoIsBehind(first.answer), useWhoIsBehind(second.answer)] as unknown as [Query, Query];
  expect(lists[0].queryKey).not.toEqual(lists[1].queryKey);
});
