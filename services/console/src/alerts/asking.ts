import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { answered } from "../api/client";
import { keys } from "../api/queries";
import { since, type Span } from "../api/since";
import { useSession } from "../session/Session";

const PAGE = 30;

/** Alerts that were open at some time in the window; `open` leaves only those that are still, or that are not. */
export function useAlertHistory(key: string, span: Span, open: boolean | null) {
  const { api } = useSession();
  return useQuery({
    queryKey: [...keys.alerts(key), "history", span, open],
    queryFn: ({ signal }) => {
      const query = { ...since(span, Date.now()), ...(open !== null && { open }) };
      return answered(api.GET("/v1/journeys/{key}/alerts", { params: { path: { key }, query }, signal }));
    },
    refetchInterval: 60_000,
  });
}

/** Everybody behind an alert, page by page. */
export function useBehindAlert(key: string, id: string) {
  const { api } = useSession();
  return useInfiniteQuery({
    queryKey: [...keys.alert(key, id), "everybody"],
    queryFn: ({ pageParam, signal }) => {
      const params = { path: { key, alert_id: id }, query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } };
      return answered(api.GET("/v1/journeys/{key}/alerts/{alert_id}/customers", { params, signal }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  });
}
