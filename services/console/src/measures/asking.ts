import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { answered } from "../api/client";
import { since, type Span } from "../api/since";
import type { Measure } from "../api/types";
import { useSession } from "../session/Session";
import type { Dimension, Opened } from "./groups";

const PAGE = 30;

const of = (key: string, span: Span) => ["journey", key, "by", span] as const;

export function useMeasures(key: string, span: Span, by: Dimension) {
  const { api } = useSession();
  return useQuery({
    queryKey: [...of(key, span), by],
    queryFn: ({ signal }) => {
      const params = { path: { key }, query: { ...since(span, Date.now()), by } };
      return answered(api.GET("/v1/journeys/{key}/measures", { params, signal }));
    },
    refetchInterval: 30_000,
  });
}

export function useSnakesAndLadders(key: string, span: Span) {
  const { api } = useSession();
  return useQuery({
    queryKey: [...of(key, span), "snakes"],
    queryFn: ({ signal }) => {
      const params = { path: { key }, query: since(span, Date.now()) };
      return answered(api.GET("/v1/journeys/{key}/snakes-and-ladders", { params, signal }));
    },
    refetchInterval: 30_000,
  });
}

/** What one group's figure is made of; a group that is null is of what has none. */
export function useFactsOfGroup(key: string, span: Span, { measure, by, group }: Opened) {
  const { api } = useSession();
  return useInfiniteQuery({
    queryKey: [...of(key, span), "facts", measure satisfies Measure, by, group],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...since(span, Date.now()), by, ...(group !== null && { group }), limit: PAGE, ...(pageParam && { cursor: pageParam }) };
      return answered(api.GET("/v1/journeys/{key}/measures/{measure}/facts", { params: { path: { key, measure }, query }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  });
}
