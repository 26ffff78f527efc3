import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answered } from "../api/client";
import { keys } from "../api/queries";
import type { TraitValue } from "../api/types";
import { useSession } from "../session/Session";

/** A value that a steward wants shown; with `withdraws`, the pin on it that is to be taken back. */
export interface Pinning {
  trait: string;
  value: TraitValue;
  withdraws: string | null;
}

export function usePinning(id: string) {
  const { api } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ trait, value, withdraws, reason }: Pinning & { reason: string }) => {
      if (withdraws === null) {
        const body = { trait, source: value.source, interaction: value.interaction, reason };
        return answered(api.POST("/v1/profiles/{profile_id}/pins", { params: { path: { profile_id: id } }, body }));
      }
      const path = { profile_id: id, pin_id: withdraws };
      return answered(api.DELETE("/v1/profiles/{profile_id}/pins/{pin_id}", { params: { path }, body: { reason } }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.profile(id) }),
    gcTime: 0,
  });
}
