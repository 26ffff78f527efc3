import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answered } from "../api/client";
import { useSession } from "../session/Session";

/** What erasing a person would take; asked anew each time the dialog opens. */
export function useErasurePreview(id: string, asked: boolean) {
  const { api } = useSession();
  return useQuery({
    queryKey: ["erasure", id],
    queryFn: ({ signal }) =>
      answered(api.POST("/v1/profiles/{profile_id}/erase/preview", { params: { path: { profile_id: id } }, signal })),
    enabled: asked,
    gcTime: 0,
    staleTime: 0,
  });
}

/** Whether a person was erased here just now and something of them is still being gone through. */
export function useErasureGoesOn(id: string): boolean {
  return useQuery<boolean>({ queryKey: goesOn(id), enabled: false }).data === true;
}

const goesOn = (id: string) => ["erasure-goes-on", id];

/** Erases a person. Afterwards nothing that was read about them stays in the page either. */
export function useErasing(id: string) {
  const { api } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { reason: string; seal: string }) =>
      answered(api.POST("/v1/profiles/{profile_id}/erase", { params: { path: { profile_id: id } }, body })),
    onSuccess: ({ complete }) => {
      const again = queries.resetQueries();
      queries.setQueryData(goesOn(id), !complete);
      return again;
    },
    gcTime: 0,
  });
}
