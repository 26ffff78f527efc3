import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answered } from "../api/client";
import { Problem } from "../api/problem";
import { keys } from "../api/queries";
import type { Plan, PlanWish } from "../api/types";
import { useSession } from "../session/Session";

/** Makes a plan of a journey, or changes the one that was read. */
export function usePlanning(key: string) {
  const { api } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ wish, old }: { wish: PlanWish; old: Plan | null }) =>
      answered(
        old
          ? api.PUT("/v1/journeys/{key}/plans/{plan_id}", {
              params: { path: { key, plan_id: old.id } },
              body: { ...wish, revision: old.revision },
            })
          : api.POST("/v1/journeys/{key}/plans", { params: { path: { key } }, body: wish }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.plans(key) }),
    gcTime: 0,
  });
}

export function useDropping(key: string) {
  const { api } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (plan: Plan) => {
      const answer = await api.DELETE("/v1/journeys/{key}/plans/{plan_id}", {
        params: { path: { key, plan_id: plan.id } },
      });
      if (!answer.response.ok) throw new Problem(answer.response.status, "");
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.plans(key) }),
    gcTime: 0,
  });
}
