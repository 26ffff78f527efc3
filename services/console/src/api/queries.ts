import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";

import { kept, questionOf } from "./question";
import type { Span } from "./since";
import { useSession } from "../session/Session";
import { answered } from "./client";
import { Problem } from "./problem";
import type { Alternative, Channel, Definition, Interaction, Lookup, Plan, Profile } from "./types";

const PAGE = 30;
const PROFILE_EVERY = 15_000;

/** What a look-up said beside the profile; kept in memory only, as long as the tab is open. */
export interface Ambiguity {
  shared: boolean;
  alternatives: Alternative[];
}

export const keys = {
  profile: (id: string) => ["profile", id] as const,
  of: (id: string, what: "timeline" | "identity" | "journeys") => ["profile-part", id, what] as const,
  interaction: (number: number) => ["interaction", number] as const,
  ambiguity: (id: string) => ["ambiguity", id] as const,
  duplicates: ["duplicates"] as const,
  duplicate: (a: string, b: string) => ["duplicates", a, b] as const,
  definitions: ["journeys"] as const,
  segments: ["segments"] as const,
  journey: (key: string, what: "funnel" | "flow", asked: Asked) => ["journey", key, what, asked] as const,
  inFull: (key: string) => ["journey", key, "definition"] as const,
  versions: (key: string) => ["journey", key, "versions"] as const,
  plans: (key: string) => ["journey", key, "plans"] as const,
  effect: (key: string, plan: string) => ["journey", key, "plans", plan] as const,
  map: (key: string, span: Span, kind = "current") => ["journey", key, "map", span, kind] as const,
  way: (key: string, profile: string, number: number | null) => ["profile-part", profile, "way", key, number] as const,
  alerts: (key: string) => ["alerts", key] as const,
  alert: (key: string, id: string) => ["alerts", key, id] as const,
};

export function useProfile(id: string) {
  const { api } = useSession();
  return useQuery({
    queryKey: keys.profile(id),
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/profiles/{profile_id}", { params: { path: { profile_id: id } }, signal })),
    refetchInterval: ({ state }) => (state.error instanceof Problem && state.error.denied ? false : PROFILE_EVERY),
  });
}

export function useTimeline(id: string, channel: Channel | null) {
  const { api } = useSession();
  return useInfiniteQuery({
    queryKey: [...keys.of(id, "timeline"), channel],
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: PAGE, ...(pageParam && { cursor: pageParam }), ...(channel && { channel }) };
      const page = await answered(
        api.GET("/v1/profiles/{profile_id}/timeline", { params: { path: { profile_id: id }, query }, signal }),
      );
      // Its document leaves the items open; they are what the interaction's contract says.
      return { next: page.next, items: page.items as unknown as Interaction[] };
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  });
}

export function useIdentity(id: string) {
  const { api } = useSession();
  return useQuery({
    queryKey: keys.of(id, "identity"),
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/profiles/{profile_id}/identity", { params: { path: { profile_id: id } }, signal })),
  });
}

export function useDuplicates() {
  const { api } = useSession();
  return useInfiniteQuery({
    queryKey: keys.duplicates,
    queryFn: ({ pageParam, signal }) =>
      answered(api.GET("/v1/duplicates", { params: { query: pageParam ? { cursor: pageParam } : {} }, signal })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  });
}

export function useDuplicate(a: string, b: string) {
  const { api } = useSession();
  const path = { profile_id: a, other_id: b };
  return useQuery({
    queryKey: keys.duplicate(a, b),
    queryFn: ({ signal }) => answered(api.GET("/v1/duplicates/{profile_id}/{other_id}", { params: { path }, signal })),
  });
}

export function useProfileJourneys(id: string) {
  const { api } = useSession();
  return useQuery({
    queryKey: keys.of(id, "journeys"),
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/profiles/{profile_id}/journeys", { params: { path: { profile_id: id } }, signal })),
  });
}

/** What became of an interaction and why. */
export function useExplanation(number: number) {
  const { api } = useSession();
  return useQuery({
    queryKey: keys.interaction(number),
    queryFn: ({ signal }) => answered(api.GET("/v1/interactions/{number}", { params: { path: { number } }, signal })),
  });
}

export function useDefinitions() {
  const { api } = useSession();
  return useQuery({
    queryKey: keys.definitions,
    queryFn: ({ signal }) => answered(api.GET("/v1/journeys", { signal })),
    staleTime: 60_000,
  });
}

export function useDefinition(key: string): Definition | undefined {
  return useDefinitions().data?.items.find((definition) => definition.key === key);
}

export function useSegments() {
  const { api } = useSession();
  return useQuery({
    queryKey: keys.segments,
    queryFn: ({ signal }) => answered(api.GET("/v1/segments", { signal })),
    staleTime: 60_000,
  });
}

/** Of whom, and since when. */
interface Asked {
  span: Span;
  segment: string | null;
}

export function useFunnel(key: string, { span, segment }: Asked) {
  const { api } = useSession();
  return useQuery({
    queryKey: keys.journey(key, "funnel", { span, segment }),
    queryFn: ({ signal }) => {
      const query = questionOf(span, segment, Date.now());
      return kept(query, answered(api.GET("/v1/journeys/{key}/funnel", { params: { path: { key }, query }, signal })));
    },
    refetchInterval: 30_000,
  });
}

export function useFlow(key: string, { span, segment }: Asked) {
  const { api } = useSession();
  return useQuery({
    queryKey: keys.journey(key, "flow", { span, segment }),
    queryFn: ({ signal }) => {
      const query = questionOf(span, segment, Date.now());
      return kept(query, answered(api.GET("/v1/journeys/{key}/flow", { params: { path: { key }, query }, signal })));
    },
    refetchInterval: 30_000,
  });
}

export function useOpenAlerts(key: string) {
  const { api } = useSession();
  return useQuery({
    queryKey: keys.alerts(key),
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/journeys/{key}/alerts", { params: { path: { key }, query: { open: true } }, signal })),
    refetchInterval: 60_000,
  });
}

export function useAlert(key: string, id: string) {
  const { api } = useSession();
  return useQuery({
    queryKey: keys.alert(key, id),
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/journeys/{key}/alerts/{alert_id}", { params: { path: { key, alert_id: id } }, signal })),
    refetchInterval: 60_000,
  });
}

export function useAlertCustomers(key: string, id: string, limit: number) {
  const { api } = useSession();
  const params = { path: { key, alert_id: id }, query: { limit } };
  return useQuery({
    queryKey: [...keys.alert(key, id), "customers"],
    queryFn: ({ signal }) => answered(api.GET("/v1/journeys/{key}/alerts/{alert_id}/customers", { params, signal })),
  });
}

export function useMap(key: string, span: Span, segment: string | null = null) {
  const { api } = useSession();
  return useQuery({
    queryKey: [...keys.map(key, span), segment],
    queryFn: ({ signal }) => {
      const query = questionOf(span, segment, Date.now());
      return kept(query, answered(api.GET("/v1/journeys/{key}/map", { params: { path: { key }, query }, signal })));
    },
    refetchInterval: 30_000,
  });
}

export function useTargetMap(key: string, span: Span, segment: string | null = null) {
  const { api } = useSession();
  return useQuery({
    queryKey: [...keys.map(key, span, "target"), segment],
    queryFn: ({ signal }) => {
      const query = questionOf(span, segment, Date.now());
      return kept(query, answered(api.GET("/v1/journeys/{key}/map/target", { params: { path: { key }, query }, signal })));
    },
    refetchInterval: 30_000,
  });
}

export function useBlueprint(key: string, span: Span, segment: string | null = null) {
  const { api } = useSession();
  return useQuery({
    queryKey: [...keys.map(key, span, "blueprint"), segment],
    queryFn: ({ signal }) => {
      const query = questionOf(span, segment, Date.now());
      return kept(query, answered(api.GET("/v1/journeys/{key}/map/blueprint", { params: { path: { key }, query }, signal })));
    },
    refetchInterval: 30_000,
  });
}

/** Without a number, the latest journey. */
export function useCustomerMap(key: string, profile: string, number: number | null) {
  const { api } = useSession();
  const params = { path: { key, profile_id: profile }, query: number === null ? {} : { number } };
  return useQuery({
    queryKey: keys.way(key, profile, number),
    queryFn: ({ signal }) => answered(api.GET("/v1/profiles/{profile_id}/journeys/{key}/map", { params, signal })),
    refetchInterval: 30_000,
  });
}

/** Time in stage with percentiles, and every other measure, by stage. */
export function useStageMeasures(key: string, span: Span) {
  const { api } = useSession();
  return useQuery({
    queryKey: keys.map(key, span, "measures"),
    queryFn: ({ signal }) =>
      answered(
        api.GET("/v1/journeys/{key}/measures", {
          params: { path: { key }, query: { ...questionOf(span, null, Date.now()), by: "stage" } },
          signal,
        }),
      ),
    refetchInterval: 30_000,
  });
}

/** Versions of a definition, the one in force first. */
export function useVersions(key: string) {
  const { api } = useSession();
  return useQuery({
    queryKey: keys.versions(key),
    queryFn: ({ signal }) => answered(api.GET("/v1/journeys/{key}/versions", { params: { path: { key } }, signal })),
    staleTime: 60_000,
  });
}

/** The definition with its pain points and targets. */
export function useDefinitionInFull(key: string) {
  const { api } = useSession();
  return useQuery({
    queryKey: keys.inFull(key),
    queryFn: ({ signal }) => answered(api.GET("/v1/journeys/{key}", { params: { path: { key } }, signal })),
    staleTime: 60_000,
  });
}

export function usePlans(key: string) {
  const { api } = useSession();
  return useQuery({
    queryKey: keys.plans(key),
    queryFn: ({ signal }) => answered(api.GET("/v1/journeys/{key}/plans", { params: { path: { key } }, signal })),
  });
}

export function usePlanEffect({ journey: key, id, revision }: Plan) {
  const { api } = useSession();
  return useQuery({
    queryKey: [...keys.effect(key, id), revision],
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/journeys/{key}/plans/{plan_id}/effect", { params: { path: { key, plan_id: id } }, signal })),
    refetchInterval: 60_000,
  });
}

export function useAmbiguity(id: string): Ambiguity | undefined {
  return useQuery<Ambiguity>({ queryKey: keys.ambiguity(id), enabled: false, staleTime: Infinity, gcTime: Infinity }).data;
}

/** Keeps what a look-up answered, so that the person's page neither asks again nor loses the doubt. */
export function useKeepLookup(): (lookup: Lookup) => Profile {
  const queries = useQueryClient();
  return ({ profile, shared, alternatives }) => {
    queries.setQueryData(keys.profile(profile.id), profile);
    queries.setQueryDefaults(keys.ambiguity(profile.id), { gcTime: Infinity });
    queries.setQueryData<Ambiguity>(keys.ambiguity(profile.id), { shared, alternatives });
    return profile;
  };
}
