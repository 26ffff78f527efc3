import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { keys } from "../api/queries";
import { useSession } from "../session/Session";
import { follow, type Connection } from "./follow";
import { movedBy, type Moved } from "./transition";

const SHOWN = 40;
const FLUSH_EVERY = 150; // more often than this nobody can see
const COUNT_EVERY = 1_500; // the figures are always the service's own, asked again after movement
const TOLD_FOR = 8_000;

export interface Live {
  connection: Connection;
  /** The latest movements, newest first. */
  moves: Moved[];
}

/** Follows one journey live, of everybody or of one segment, and keeps its figures fresh. */
export function useLive(journey: string, segment: string | null): Live {
  const { token } = useSession();
  const queries = useQueryClient();
  const [connection, setConnection] = useState<Connection>("connecting");
  const [moves, setMoves] = useState<Moved[]>([]);

  useEffect(() => {
    const leaving = new AbortController();
    const arrived: Moved[] = [];
    const countAgain = () => void queries.invalidateQueries({ queryKey: ["journey", journey] });
    const flush = atMostEvery(FLUSH_EVERY, () => {
      const fresh = arrived.splice(0).reverse();
      setMoves((before) => [...fresh, ...before].slice(0, SHOWN));
    });
    const count = atMostEvery(COUNT_EVERY, countAgain);

    void follow({
      url: `/v1/stream?${String(new URLSearchParams({ journey, ...(segment !== null && { segment }) }))}`,
      token,
      signal: leaving.signal,
      onConnection: (now) => {
        if (leaving.signal.aborted) return;
        setConnection(now);
        if (now === "reconnecting") return;
        countAgain();
        void queries.invalidateQueries({ queryKey: keys.alerts(journey) });
      },
      onEvent: (event) => {
        if (event.event?.startsWith("journey.alert.")) void queries.invalidateQueries({ queryKey: keys.alerts(journey) });
        const moved = movedBy(event);
        if (!moved) return;
        arrived.push(moved);
        flush.soon();
        count.soon();
      },
    });
    return () => {
      leaving.abort();
      flush.cancel();
      count.cancel();
      setMoves([]);
    };
  }, [journey, segment, queries, token]);

  useEffect(() => {
    if (connection !== "resumed" && connection !== "restarted") return;
    const timer = setTimeout(() => setConnection("live"), TOLD_FOR);
    return () => clearTimeout(timer);
  }, [connection]);

  return { connection, moves };
}

function atMostEvery(milliseconds: number, act: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    soon: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        act();
      }, milliseconds);
    },
    cancel: () => clearTimeout(timer),
  };
}
