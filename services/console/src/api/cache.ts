import { QueryClient } from "@tanstack/react-query";

import { Problem } from "./problem";

const TRIES = 2;

/** Only what may pass by itself is asked again: no answer, or a service that is busy. */
function worthRetrying(failures: number, error: Error): boolean {
  const passing = error instanceof Problem && (error.status === 0 || error.status >= 500);
  return passing && failures < TRIES;
}

export function queryClient(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { retry: worthRetrying, staleTime: 5_000 } } });
}
