import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answered } from "../api/client";
import { Problem } from "../api/problem";
import { kept, questionOf, type Answering } from "../api/question";
import type { Span } from "../api/since";
import { useSession } from "../session/Session";
import type { Opened } from "./numbers";

const PAGE = 30;
const DEAD = ["webhooks", "dead"] as const;

const of = (key: string) => ["journey", key, "actions"] as const;

export function useActions(key: string, span: Span) {
  const { api } = useSession();
  return useQuery({
    queryKey: [...of(key), span],
    queryFn: ({ signal }) => {
      const query = questionOf(span, null, Date.now());
      return kept(query, answered(api.GET("/v1/journeys/{key}/actions", { params: { path: { key }, query }, signal })));
    },
    refetchInterval: 30_000,
  });
}

/** Whom an action was called for. */
export function useActedOn(key: string, { action, state, watched, question }: Answering<Opened>) {
  const { api } = useSession();
  return useInfiniteQuery({
    queryKey: [...of(key), "customers", question, action, state, watched],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...question, state, watched, limit: PAGE, ...(pageParam && { cursor: pageParam }) };
      const params = { path: { key, action }, query };
      return answered(api.GET("/v1/journeys/{key}/actions/{action}/customers", { params, signal }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  });
}

/** Webhooks that were given up, of actions and alerts of every journey. */
export function useDeadWebhooks() {
  const { api } = useSession();
  return useQuery({
    queryKey: DEAD,
    queryFn: ({ signal }) => answered(api.GET("/v1/webhooks/dead-letters", { signal })),
    refetchInterval: 30_000,
  });
}

/** Has a webhook tried anew. */
export function useSendingAgain() {
  const { api } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      const answer = await api.POST("/v1/webhooks/dead-letters/{delivery_id}/replay", { params: { path: { delivery_id: id } } });
      if (!answer.response.ok) throw new Problem(answer.response.status, "");
    },
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: DEAD }), queries.invalidateQueries({ queryKey: ["journey"] })]),
    gcTime: 0,
  });
}
