import { Box, Group, SegmentedControl, Title } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";

import type { Answering } from "../api/question";
import type { Span } from "../api/since";
import type { Definition } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { JourneyPicker } from "../shell/JourneyPicker";
import { OfJourney } from "../shell/OfJourney";
import { WindowPicker } from "../shell/WindowPicker";
import { ByDimension } from "./ByDimension";
import { FactsOfGroup } from "./FactsOfGroup";
import type { Opened } from "./groups";
import { SnakesAndLadders } from "./SnakesAndLadders";
import { measuresPath, viewOf, VIEWS } from "./views";

interface MeasuresPageProps {
  journey: string | undefined;
  view: string | undefined;
}

export default function MeasuresPage({ journey, view }: MeasuresPageProps) {
  return <OfJourney journey={journey}>{(chosen, all) => <Chosen journey={chosen} all={all} word={view} />}</OfJourney>;
}

function Chosen({ journey, all, word }: { journey: Definition; all: Definition[]; word: string | undefined }) {
  const { t } = useI18n();
  const [, navigate] = useLocation();
  const [span, setSpan] = useState<Span>("all");
  const [opened, setOpened] = useState<Answering<Opened> | null>(null);
  const view = viewOf(word);
  const Shown = view === "snakes" ? SnakesAndLadders : ByDimension;
  return (
    <Box maw={1200} mx="auto">
      <Group justify="space-between" align="flex-start" mb="md" mih={40}>
        <Title order={1} fz={28}>
          {t("measures.title")}
        </Title>
        <Group gap="sm" align="flex-start">
          <SegmentedControl
            aria-label={t("measures.view")}
            value={view}
            onChange={(next) => navigate(measuresPath(journey.key, next))}
            data={VIEWS.map((each) => ({ value: each, label: t(`measures.view.${each}`) }))}
          />
          <WindowPicker span={span} onChange={setSpan} />
          <JourneyPicker chosen={journey} all={all} onChoose={(key) => navigate(measuresPath(key, view))} />
        </Group>
      </Group>
      <Shown key={journey.key} journey={journey} span={span} open={setOpened} />
      <FactsOfGroup journey={journey.key} opened={opened} onClose={() => setOpened(null)} />
    </Box>
  );
}
