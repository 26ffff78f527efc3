import { Box, Group, SegmentedControl, Title } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";

import type { Definition } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { Whose } from "../live/Whose";
import { JourneyPicker } from "../shell/JourneyPicker";
import { OfJourney } from "../shell/OfJourney";
import { WindowPicker } from "../shell/WindowPicker";
import { CurrentMap } from "./CurrentMap";
import { kindOf, KINDS, mapPath } from "./kinds";
import { ServiceBlueprint, TargetState } from "./OtherMaps";
import { Versions } from "./Versions";
import type { Span } from "../api/since";

const MAPS = { current: CurrentMap, target: TargetState, blueprint: ServiceBlueprint };

export default function MapPage({ journey, kind }: { journey: string | undefined; kind: string | undefined }) {
  return <OfJourney journey={journey}>{(chosen, all) => <Chosen definition={chosen} all={all} word={kind} />}</OfJourney>;
}

function Chosen({ definition, all, word }: { definition: Definition; all: Definition[]; word: string | undefined }) {
  const { t } = useI18n();
  const [, navigate] = useLocation();
  const [span, setSpan] = useState<Span>("all");
  const [segment, setSegment] = useState<string | null>(null);
  const kind = kindOf(word);
  const Shown = MAPS[kind];
  return (
    <Box>
      <Group justify="space-between" mb="md" mih={40}>
        <Title order={1} fz={28}>
          {t("map.title")}
        </Title>
        <Group gap="sm">
          <SegmentedControl
            aria-label={t("map.kind")}
            value={kind}
            onChange={(next) => navigate(mapPath(definition.key, next))}
            data={KINDS.map((each) => ({ value: each, label: t(`map.kind.${each}`) }))}
          />
          <WindowPicker span={span} onChange={setSpan} />
          <Whose segment={segment} onChoose={setSegment} />
          <JourneyPicker chosen={definition} all={all} onChoose={(key) => navigate(mapPath(key, kind))} />
        </Group>
      </Group>
      <Shown key={definition.key} journey={definition.key} span={span} segment={segment} />
      <Versions key={`versions ${definition.key}`} journey={definition.key} />
    </Box>
  );
}
