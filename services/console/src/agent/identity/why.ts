import { useMutation } from "@tanstack/react-query";

import { answered } from "../../api/client";
import type { Identifier, Why } from "../../api/types";
import type { Key } from "../../i18n/en";
import { useSession } from "../../session/Session";

export interface Pair {
  a: Identifier;
  b: Identifier;
}

/** Asks why two identifiers are, or are not, one person. Not kept: it tells of whoever stands on the page now. */
export function useWhy() {
  const { api } = useSession();
  return useMutation({
    mutationFn: ({ a, b }: Pair) => answered(api.POST("/v1/identity/why", { body: { a: bare(a), b: bare(b) } })),
    gcTime: 0,
  });
}

function bare({ namespace, value }: Identifier): Identifier {
  return { namespace, value: value.trim() };
}

/** The answer in a sentence, by what weighs most of what it says. */
export function verdictOf({ one_person: one, path, decisions, held, through }: Why): Key {
  if (one) return path.length + decisions.length > 0 ? "why.one" : "why.one.same";
  if (decisions.some(({ kind }) => kind === "separate")) return "why.two.decided";
  if (held.length > 0) return "why.two.held";
  return through.length > 0 ? "why.two.through" : "why.two.nothing";
}
