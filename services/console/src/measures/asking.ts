import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { answered } from "../api/client";
import { kept, questionOf, type Answering } from "../api/question";
import type { Span } from "../api/since";
import type { Measure } from "../api/types";
import { useSession } from "../session/Session";
import type { Dimension, Opened } from "./groups";

const PAGE = 30;

const of = (key: string) => ["journey", key, "by"] as const;

export function useMeasures(key: string, span: Span, by: Dimension) {
  const { api } = useSession();
  return useQuery({
    queryKey: [...of(key), span, by],
    queryFn: ({ signal }) => {
      const question = questionOf(span, null, Date.now());
      const params = { path: { key }, query: { ...question, by } };
      return kept(question, answered(api.GET("/v1/journeys/{key}/measures", { params, signal })));
    },
    refetchInterval: 30_000,
  });
}

export function useSnakesAndLadders(key: string, span: Span) {
  const { api } = useSession();
  return useQuery({
    queryKey: [...of(key), span, "snakes"],
    queryFn: ({ signal }) => {
      const query = questionOf(span, null, Date.now());
      return kept(query, answered(api.GET("/v1/journeys/{key}/snakes-and-ladders", { params: { path: { key }, query }, signal })));
    },
    refetchInterval: 30_000,
  });
}

/** What one group's figure is made of; a group that is null is of what has none. */
export function useFactsOfGroup(key: string, { measure, by, group, question }: Answering<Opened>) {
  const { api } = useSession();
  return useInfiniteQuery({
    queryKey: [...of(key), "facts", question, measure satisfies Measure, by, group],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...question, by, ...(group !== null && { group }), limit: PAGE, ...(pageParam && { cursor: pageParam }) };
      return answered(api.GET("/v1/journeys/{key}/measures/{measure}/facts", { params: { path: { key, measure }, query }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  });
}
