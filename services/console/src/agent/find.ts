import { useMutation } from "@tanstack/react-query";

import { answered } from "../api/client";
import { Problem } from "../api/problem";
import { useKeepLookup } from "../api/queries";
import type { Found } from "../api/types";
import { useSession } from "../session/Session";
import type { Kind } from "./guess";

export interface Question {
  value: string;
  kind: Kind;
}

/** What a search came to: one person, nobody, or names to choose from. */
export type Finding =
  | { what: "person"; id: string }
  | { what: "nobody"; asked: Question }
  | { what: "names"; items: Found[]; more: boolean };

export function useFind() {
  const { api } = useSession();
  const keep = useKeepLookup();

  const byIdentifier = async ({ kind, value }: Question): Promise<Finding> => {
    try {
      const found = await answered(api.POST("/v1/profiles/lookup", { body: { namespace: kind, value } }));
      return { what: "person", id: keep(found).id };
    } catch (error) {
      if (error instanceof Problem && error.unknown) return { what: "nobody", asked: { kind, value } };
      throw error;
    }
  };

  const byName = async (q: string): Promise<Finding> => {
    const { items, next } = await answered(api.POST("/v1/profiles/search", { body: { q } }));
    return { what: "names", items, more: Boolean(next) };
  };

  return useMutation({
    mutationFn: (question: Question) =>
      question.kind === "name" ? byName(question.value) : byIdentifier(question),
    gcTime: 0,
  });
}
