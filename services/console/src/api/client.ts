import createClient, { type Client } from "openapi-fetch";

import { Problem, problemOf } from "./problem";
import type { paths } from "./schema";

export type Api = Client<paths>;

/** A client of the page's own origin that signs each request with `token`. */
export function apiClient(token: string | null): Api {
  return createClient<paths>({
    baseUrl: window.location.origin,
    headers: token === null ? {} : { Authorization: `Bearer ${token}` },
    cache: "no-store",
  });
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a good answer; raises Problem for every other. */
export async function answered<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch {
    throw new Problem(0, "");
  }
  if (!answer.response.ok || answer.data === undefined) {
    throw problemOf(answer.response.status, answer.error);
  }
  return answer.data;
}
