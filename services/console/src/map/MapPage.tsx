import { Box, Group, SegmentedControl, Select, Skeleton, Title } from "@mantine/core";
import { IconRoute } from "@tabler/icons-react";
import { useState } from "react";
import { useLocation } from "wouter";

import { useDefinitions, useMap } from "../api/queries";
import type { Definition } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import { READERS } from "../session/roles";
import { Note } from "../shell/Note";
import { Refused } from "../shell/Refused";
import { JourneyMap } from "./JourneyMap";
import { SPANS, type Span } from "./since";

export default function MapPage({ journey }: { journey: string | undefined }) {
  const { t } = useI18n();
  const { data, error, refetch } = useDefinitions();
  if (error) return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  if (!data) return <Skeleton height={420} radius="lg" mt={60} />;
  const chosen = data.items.find(({ key }) => key === journey) ?? data.items[0];
  if (!chosen) return <Note icon={IconRoute} title={t("live.none")} hint={t("live.none.hint")} />;
  return <Chosen key={chosen.key} definition={chosen} all={data.items} />;
}

function Chosen({ definition, all }: { definition: Definition; all: Definition[] }) {
  const { t, language } = useI18n();
  const [, navigate] = useLocation();
  const [span, setSpan] = useState<Span>("all");
  const { data, error, refetch } = useMap(definition.key, span);
  return (
    <Box>
      <Group justify="space-between" mb="md" mih={40}>
        <Title order={1} fz={28}>
          {t("map.title")}
        </Title>
        <Group gap="sm">
          <SegmentedControl
            aria-label={t("map.span")}
            value={span}
            onChange={setSpan}
            data={SPANS.map((each) => ({ value: each, label: t(`map.span.${each}`) }))}
          />
          <Select
            aria-label={t("live.journey")}
            w={260}
            allowDeselect={false}
            leftSection={<IconRoute size={17} aria-hidden />}
            data={all.map(({ key, title }) => ({ value: key, label: titleIn(language, title, key) }))}
            value={definition.key}
            onChange={(key) => key && navigate(`/map/${key}`)}
          />
        </Group>
      </Group>
      {error && <Refused error={error} needed={READERS} again={() => void refetch()} />}
      {data ? <JourneyMap map={data} /> : !error && <Skeleton height={520} radius="lg" />}
    </Box>
  );
}
