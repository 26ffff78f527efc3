import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answered, type Api } from "../../api/client";
import { keys } from "../../api/queries";
import type { Effect } from "../../api/types";
import { useSession } from "../../session/Session";
import { nameOf } from "../name";
import type { Request } from "./proposal";

/** What a decision came to, kept so that it can be said wherever its people are shown next. */
export interface Outcome {
  kind: Request["kind"];
  people: { id: string; name: string | null }[];
}

/** What was looked at: what came in between is not decided unseen. */
export type Sealed = Request & { seal: string | null };

const OUTCOME = ["decided"];

export function usePreview() {
  const { api } = useSession();
  return useMutation({
    mutationFn: (body: Request) => answered(api.POST("/v1/identity/decisions/preview", { body })),
    gcTime: 0,
  });
}

export function useDecide() {
  const { api } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (request: Sealed) => carriedOut(api, request),
    onSuccess: async (effect, { kind }) => {
      const people = effect.after.flatMap(({ id, traits }) => (id === null ? [] : [{ id, name: nameOf(traits) }]));
      queries.setQueryData<Outcome>(OUTCOME, { kind, people });
      void queries.invalidateQueries({ queryKey: keys.duplicates });
      const touched = [...effect.before, ...effect.after].flatMap(({ id }) => id ?? []);
      await Promise.all(
        [...new Set(touched)].flatMap((id) => [
          queries.invalidateQueries({ queryKey: keys.profile(id) }),
          queries.invalidateQueries({ queryKey: ["profile-part", id] }),
        ]),
      );
    },
    gcTime: 0,
  });
}

function carriedOut(api: Api, request: Sealed): Promise<Effect> {
  if (request.kind !== "withdraw") return answered(api.POST("/v1/identity/decisions", { body: request }));
  const params = { path: { decision_id: request.decision } };
  const body = { reason: request.reason, seal: request.seal };
  return answered(api.DELETE("/v1/identity/decisions/{decision_id}", { params, body }));
}

/** The latest decision. */
export function useLatestOutcome(): { outcome: Outcome | null; forget: () => void } {
  const queries = useQueryClient();
  const { data } = useQuery<Outcome | null>({ queryKey: OUTCOME, enabled: false, staleTime: Infinity });
  return { outcome: data ?? null, forget: () => queries.setQueryData<Outcome | null>(OUTCOME, null) };
}

/** The latest decision, if it touched this person. */
export function useOutcome(id: string): ReturnType<typeof useLatestOutcome> {
  const { outcome, forget } = useLatestOutcome();
  return { outcome: outcome?.people.some((each) => each.id === id) ? outcome : null, forget };
}
