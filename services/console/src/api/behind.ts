import { useInfiniteQuery } from "@tanstack/react-query";

import type { Cell, Figure } from "../map/opened";
import { useSession } from "../session/Session";
import { answered, type Api } from "./client";
import type { Answering, Question } from "./question";

const PAGE = 30;

/** One line of what is behind a number: whose, of which of their journeys, when, and what there is to say of it. */
export interface Fact {
  profile_id: string;
  number: number;
  interaction: string | null;
  at: string;
  value?: number;
  touchpoint?: string;
  channel?: string | null;
  stage?: string;
  status?: string;
}

export interface Facts {
  items: Fact[];
  next: string | null;
}

interface Asked extends Question {
  cursor?: string;
  limit: number;
}

interface Told {
  profile_id: string;
  number: number;
  at: string;
  interaction?: string | null;
}

function page<T extends Told>({ items, next }: { items: T[]; next: string | null }, say: (one: T) => Partial<Fact>): Facts {
  return {
    next,
    items: items.map((one) => ({
      profile_id: one.profile_id,
      number: one.number,
      interaction: one.interaction ?? null,
      at: one.at,
      ...say(one),
    })),
  };
}

/** Of a cell, the empty word asks for what has none. */
function narrowed({ touchpoint, channel, queue, system }: Cell) {
  return {
    ...(touchpoint !== undefined && { touchpoint }),
    ...(channel !== undefined && { channel: channel ?? "" }),
    ...(queue !== undefined && { queue: queue ?? "" }),
    ...(system !== undefined && { system }),
  };
}

/** A page of what is behind a number. Plans are everybody's: they are not asked by segment. */
export async function behind(api: Api, key: string, figure: Figure, asked: Asked, signal?: AbortSignal): Promise<Facts> {
  const own = signal ? { signal } : {};
  if ("measure" in figure || "interactions" in figure) {
    const path = { key, measure: "measure" in figure ? figure.measure : ("effort" as const) };
    const query = { ...asked, stage: figure.stage, ...narrowed(figure.cell ?? {}) };
    const found = await answered(api.GET("/v1/journeys/{key}/measures/{measure}/facts", { params: { path, query }, ...own }));
    return page(found, ({ value, touchpoint }) => ("measure" in figure ? { value } : { touchpoint }));
  }
  if ("pain" in figure) {
    const params = { path: { key, pain_point: figure.pain }, query: { ...asked, stage: figure.stage } };
    const found = await answered(api.GET("/v1/journeys/{key}/pain-points/{pain_point}/customers", { params, ...own }));
    return page(found, ({ weight }) => ({ value: weight }));
  }
  if ("funnel" in figure) {
    const params = { path: { key, stage: figure.stage }, query: { ...asked, count: figure.funnel } };
    const found = await answered(api.GET("/v1/journeys/{key}/funnel/{stage}/customers", { params, ...own }));
    return page(found, ({ stage, status }) => ({ stage, status }));
  }
  if ("dropOff" in figure) {
    const params = { path: { key, stage: figure.stage }, query: { ...asked, count: figure.dropOff } };
    const found = await answered(api.GET("/v1/journeys/{key}/drop-off/{stage}/customers", { params, ...own }));
    return page(found, ({ stage, status }) => ({ stage, status }));
  }
  if ("cameTo" in figure) {
    const params = { path: { key, stage: figure.cameTo }, query: asked };
    const found = await answered(api.GET("/v1/journeys/{key}/flow/{stage}/customers", { params, ...own }));
    return page(found, ({ channel }) => ({ channel }));
  }
  if ("plan" in figure) {
    const params = {
      path: { key, plan_id: figure.plan, side: figure.side },
      query: { as_of: figure.asOf, limit: asked.limit, ...(asked.cursor && { cursor: asked.cursor }) },
    };
    const found = await answered(api.GET("/v1/journeys/{key}/plans/{plan_id}/effect/{side}/facts", { params, ...own }));
    return page(found, ({ value }) => ({ value }));
  }
  const ends = { ...(figure.from !== null && { from: figure.from }), ...(figure.to !== null && { to: figure.to }) };
  const found = await answered(
    api.GET("/v1/journeys/{key}/flow/customers", { params: { path: { key }, query: { ...asked, ...ends } }, ...own }),
  );
  return page(found, ({ channel }) => ({ channel }));
}

/** What a number is made of. */
export function useFactsBehind(key: string, figure: Answering<Figure>) {
  const { api } = useSession();
  return useInfiniteQuery({
    queryKey: ["journey", key, "behind", figure],
    queryFn: ({ pageParam, signal }) =>
      behind(api, key, figure, { ...figure.question, ...(pageParam && { cursor: pageParam }), limit: PAGE }, signal),
    initialPageParam: "",
    getNextPageParam: (found) => found.next,
  });
}
