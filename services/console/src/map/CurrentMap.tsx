import { Skeleton } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";

import { useIsOneOf } from "../agent/identity/steward";
import { useMap, useStageMeasures } from "../api/queries";
import { opening, type Answering } from "../api/question";
import { PlanDialog, type Asked } from "../plans/PlanDialog";
import { PLANNERS, READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { FactsDrawer } from "./FactsDrawer";
import type { Figure } from "./opened";
import { JourneyMap } from "./JourneyMap";
import type { Span } from "../api/since";

/** What is: each figure opens to whom it is made of, each pain point to what may be done about it. */
export function CurrentMap({ journey, span, segment }: { journey: string; span: Span; segment: string | null }) {
  const [, navigate] = useLocation();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [figure, setFigure] = useState<Answering<Figure> | null>(null);
  const { data, error, refetch } = useMap(journey, span, segment);
  const { data: measures } = useStageMeasures(journey, span);
  const act = useIsOneOf(PLANNERS) ? (pain: string, stage: string) => setAsked({ about: `pain:${pain}`, stage }) : null;
  // There are no percentiles of one segment; everybody's would stand beside its means.
  const figures = new Map(segment !== null ? [] : measures?.groups.map(({ group, measures }) => [group ?? "", measures]));
  if (error) return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  if (!data) return <Skeleton height={520} radius="lg" />;
  return (
    <>
      <JourneyMap map={data} figures={figures} act={act} open={opening<Figure>(data, setFigure)} />
      <FactsDrawer journey={journey} figure={figure} onClose={() => setFigure(null)} />
      <PlanDialog journey={journey} asked={asked} onClose={() => setAsked(null)} onDone={() => navigate(`/plans/${journey}`)} />
    </>
  );
}
