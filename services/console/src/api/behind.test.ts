import createClient from "openapi-fetch";
import { expect, test } from "vitest";

import type { Behind } from "../map/opened";
import { behind } from "./behind";
import type { paths } from "./schema";

const ASKED = { since: "2026-03-01T00:00:00Z", segment: "high_value", cursor: "next page", limit: 30 };
const TOLD = { profile_id: "p", number: 2, at: "2026-03-01T09:00:00Z" };

async function opened(figure: Behind, item: object) {
  const asked: URL[] = [];
  const api = createClient<paths>({
    baseUrl: "http://test",
    fetch: (request) => {
      asked.push(new URL(request.url));
      return Promise.resolve(Response.json({ items: [{ ...TOLD, ...item }], next: "more" }));
    },
  });
  const found = await behind(api, "refund", { title: "", ...figure }, ASKED);
  const url = asked[0];
  return { found, path: url?.pathname.replace("/v1/journeys/refund", ""), query: Object.fromEntries(url?.searchParams ?? []) };
}

const EVERYBODY = { since: ASKED.since, cursor: ASKED.cursor, limit: "30" };
const SEGMENT = { ...EVERYBODY, segment: "high_value" };
const CASES: [Behind, string, object][] = [
  [{ measure: "wait", stage: "a" }, "/measures/wait/facts", { ...EVERYBODY, stage: "a" }],
  [
    { measure: "handle", stage: "a", cell: { queue: null } },
    "/measures/handle/facts",
    { ...EVERYBODY, stage: "a", queue: "" },
  ],
  [
    { interactions: true, stage: "a", cell: { touchpoint: "call.ended", channel: "call" } },
    "/measures/effort/facts",
    { ...EVERYBODY, stage: "a", touchpoint: "call.ended", channel: "call" },
  ],
  [{ interactions: true, stage: "a", cell: { system: "/a" } }, "/measures/effort/facts", { ...EVERYBODY, stage: "a", system: "/a" }],
  [{ pain: "long", stage: "a" }, "/pain-points/long/customers", { ...EVERYBODY, stage: "a" }],
  [{ funnel: "now", stage: "a" }, "/funnel/a/customers", { ...SEGMENT, count: "now" }],
  [{ dropOff: "abandoned", stage: "a" }, "/drop-off/a/customers", { ...SEGMENT, count: "abandoned" }],
  [{ from: "a", to: "b" }, "/flow/customers", { ...SEGMENT, from: "a", to: "b" }],
  [{ from: null, to: "b" }, "/flow/customers", { ...SEGMENT, to: "b" }],
  [{ from: "a", to: null }, "/flow/customers", { ...SEGMENT, from: "a" }],
  [{ cameTo: "a" }, "/flow/a/customers", SEGMENT],
  [
    { plan: "1", side: "before", asOf: "2026-03-09T00:00:00Z", unit: "share" },
    "/plans/1/effect/before/facts",
    { as_of: "2026-03-09T00:00:00Z", cursor: ASKED.cursor, limit: "30" },
  ],
];

test.each(CASES)("%j asks as its number was asked", async (figure, path, query) => {
  expect(await opened(figure, {})).toMatchObject({ path, query });
});

test("each line says whose it is, and of which journey", async () => {
  const { found } = await opened({ measure: "wait", stage: "a" }, { interaction: "/a 1", value: 3 });
  expect(found).toEqual({
    next: "more",
    items: [{ profile_id: "p", number: 2, interaction: "/a 1", at: TOLD.at, value: 3 }],
  });
});

test("all interactions say what happened, and not what it weighs", async () => {
  const { found } = await opened({ interactions: true, stage: "a", cell: {} }, { value: 3, touchpoint: "call.ended" });
  expect(found.items[0]).toMatchObject({ touchpoint: "call.ended" });
  expect(found.items[0]).not.toHaveProperty("value");
});
