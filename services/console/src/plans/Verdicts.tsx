import { Badge, Group } from "@mantine/core";
import { IconArrowsDiff, IconCheck, IconQuestionMark, IconTrendingDown, IconTrendingUp, IconX, type TablerIcon } from "@tabler/icons-react";

import type { PlanEffect } from "../api/types";
import { useI18n } from "../i18n/I18n";

const TURNS: Record<PlanEffect["turn"], [TablerIcon, string]> = {
  better: [IconTrendingUp, "teal"],
  worse: [IconTrendingDown, "orange"],
  unclear: [IconArrowsDiff, "gray"],
};
const MET: Record<PlanEffect["met"], [TablerIcon, string]> = {
  met: [IconCheck, "teal"],
  not_met: [IconX, "orange"],
  unclear: [IconQuestionMark, "gray"],
};

/** What may be said, in one glance; grey is what cannot be told. */
export function Verdicts({ effect: { turn, met } }: { effect: PlanEffect }) {
  const { t } = useI18n();
  const [Turn, turned] = TURNS[turn];
  const [Met, done] = MET[met];
  return (
    <Group gap={8} mb="sm">
      <Badge variant="light" size="lg" tt="none" color={turned} leftSection={<Turn size={15} aria-hidden />}>
        {t(`plans.turn.${turn}`)}
      </Badge>
      <Badge variant="light" size="lg" tt="none" color={done} leftSection={<Met size={15} aria-hidden />}>
        {t(`plans.met.${met}`)}
      </Badge>
    </Group>
  );
}
