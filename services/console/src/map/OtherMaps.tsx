import { Skeleton } from "@mantine/core";
import { useState } from "react";

import { useBlueprint, useTargetMap } from "../api/queries";
import { opening, type Answering } from "../api/question";
import { READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { Blueprint } from "./Blueprint";
import { FactsDrawer } from "./FactsDrawer";
import type { Figure } from "./opened";
import type { Span } from "../api/since";
import { TargetMap } from "./TargetMap";

interface AskedMap {
  journey: string;
  span: Span;
  segment: string | null;
}

export function TargetState({ journey, span, segment }: AskedMap) {
  const [figure, setFigure] = useState<Answering<Figure> | null>(null);
  const { data, error, refetch } = useTargetMap(journey, span, segment);
  if (error) return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  if (!data) return <Skeleton height={520} radius="lg" />;
  return (
    <>
      <TargetMap map={data} open={opening<Figure>(data, setFigure)} />
      <FactsDrawer journey={journey} figure={figure} onClose={() => setFigure(null)} />
    </>
  );
}

export function ServiceBlueprint({ journey, span, segment }: AskedMap) {
  const [figure, setFigure] = useState<Answering<Figure> | null>(null);
  const { data, error, refetch } = useBlueprint(journey, span, segment);
  if (error) return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  if (!data) return <Skeleton height={520} radius="lg" />;
  return (
    <>
      <Blueprint map={data} open={opening<Figure>(data, setFigure)} />
      <FactsDrawer journey={journey} figure={figure} onClose={() => setFigure(null)} />
    </>
  );
}
