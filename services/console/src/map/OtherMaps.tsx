import { Skeleton } from "@mantine/core";

import { useBlueprint, useTargetMap } from "../api/queries";
import { READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { Blueprint } from "./Blueprint";
import type { Span } from "../api/since";
import { TargetMap } from "./TargetMap";

interface AskedMap {
  journey: string;
  span: Span;
}

export function TargetState({ journey, span }: AskedMap) {
  const { data, error, refetch } = useTargetMap(journey, span);
  if (error) return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  return data ? <TargetMap map={data} /> : <Skeleton height={520} radius="lg" />;
}

export function ServiceBlueprint({ journey, span }: AskedMap) {
  const { data, error, refetch } = useBlueprint(journey, span);
  if (error) return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  return data ? <Blueprint map={data} /> : <Skeleton height={520} radius="lg" />;
}
