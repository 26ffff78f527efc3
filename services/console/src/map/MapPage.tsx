import { Box, Group, SegmentedControl, Select, Skeleton, Title } from "@mantine/core";
import { IconRoute } from "@tabler/icons-react";
import { useState } from "react";
import { useLocation } from "wouter";

import { useDefinitions } from "../api/queries";
import type { Definition } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import { Whose } from "../live/Whose";
import { READERS } from "../session/roles";
import { Note } from "../shell/Note";
import { Refused } from "../shell/Refused";
import { WindowPicker } from "../shell/WindowPicker";
import { CurrentMap } from "./CurrentMap";
import { kindOf, KINDS, mapPath } from "./kinds";
import { ServiceBlueprint, TargetState } from "./OtherMaps";
import { Versions } from "./Versions";
import type { Span } from "../api/since";

const MAPS = { current: CurrentMap, target: TargetState, blueprint: ServiceBlueprint };

export default function MapPage({ journey, kind }: { journey: string | undefined; kind: string | undefined }) {
  const { t } = useI18n();
  const { data, error, refetch } = useDefinitions();
  if (error) return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  if (!data) return <Skeleton height={420} radius="lg" mt={60} />;
  const chosen = data.items.find(({ key }) => key === journey) ?? data.items[0];
  if (!chosen) return <Note icon={IconRoute} title={t("live.none")} hint={t("live.none.hint")} />;
  return <Chosen definition={chosen} all={data.items} word={kind} />;
}

function Chosen({ definition, all, word }: { definition: Definition; all: Definition[]; word: string | undefined }) {
  const { t, language } = useI18n();
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
          <Select
            aria-label={t("live.journey")}
            w={260}
            allowDeselect={false}
            leftSection={<IconRoute size={17} aria-hidden />}
            data={all.map(({ key, title }) => ({ value: key, label: titleIn(language, title, key) }))}
            value={definition.key}
            onChange={(key) => key && navigate(mapPath(key, kind))}
          />
        </Group>
      </Group>
      <Shown key={definition.key} journey={definition.key} span={span} segment={segment} />
      <Versions key={`versions ${definition.key}`} journey={definition.key} />
    </Box>
  );
}
