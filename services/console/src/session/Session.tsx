import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from "react";

import { apiClient, type Api } from "../api/client";
import { problemOf } from "../api/problem";
import { ROLES, type Role } from "./roles";

const KEPT_ROLE = "kesher.role";
const KEPT_TOKEN = "kesher.token";

export interface Session {
  api: Api;
  token: string | null;
  /** Null with a token of one's own: what it allows is for the service to say. */
  role: Role | null;
  /** The roles that this origin hands out development tokens for; empty in production. */
  roles: readonly Role[];
  choose: (role: Role) => void;
  signIn: (token: string) => void;
  signOut: () => void;
}

const Context = createContext<Session | null>(null);

function keptRole(): Role {
  const kept = sessionStorage.getItem(KEPT_ROLE);
  return ROLES.find((role) => role === kept) ?? "agent";
}

/** Only the loopback default hands them out, so that they stand in no document of the API. */
async function developmentTokens(): Promise<Record<string, string>> {
  const answer = await fetch("/v1/session/dev", { cache: "no-store" });
  if (!answer.ok) throw problemOf(answer.status, null);
  const { tokens } = (await answer.json()) as { tokens: Record<string, string> };
  return tokens;
}

/** Waits for the origin's word on development tokens before it shows anything that asks with one. */
export function SessionProvider({ children, waiting }: { children: ReactNode; waiting: ReactNode }) {
  const queries = useQueryClient();
  const [chosen, setChosen] = useState(keptRole);
  const [own, setOwn] = useState(() => sessionStorage.getItem(KEPT_TOKEN));
  const { data: tokens = {}, isPending } = useQuery({
    queryKey: ["session"],
    queryFn: developmentTokens,
    retry: false,
    staleTime: Infinity,
    enabled: own === null,
  });

  // What one role may see must not stay on the screen of another.
  const forget = useCallback(() => {
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
  }, [queries]);

  const session = useMemo<Session>(() => {
    const roles = own === null ? ROLES.filter((role) => role in tokens) : [];
    const role = roles.find((known) => known === chosen) ?? roles[0] ?? null;
    const token = own ?? (role === null ? null : (tokens[role] ?? null));
    return {
      api: apiClient(token),
      token,
      role,
      roles,
      choose: (next) => {
        sessionStorage.setItem(KEPT_ROLE, next);
        forget();
        setChosen(next);
      },
      signIn: (pasted) => {
        sessionStorage.setItem(KEPT_TOKEN, pasted);
        forget();
        setOwn(pasted);
      },
      signOut: () => {
        sessionStorage.removeItem(KEPT_TOKEN);
        forget();
        setOwn(null);
      },
    };
  }, [chosen, forget, own, tokens]);

  if (own === null && isPending) return waiting;
  return <Context value={session}>{children}</Context>;
}

export function useSession(): Session {
  const value = use(Context);
  if (!value) throw new Error("useSession needs a SessionProvider above it");
  return value;
}
