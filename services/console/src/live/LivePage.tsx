import { Anchor, Box, Grid, Group, Skeleton, Stack, Title } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { Link, useLocation } from "wouter";

import { useFlow, useFunnel } from "../api/queries";
import { opening, type Answering } from "../api/question";
import type { Definition } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import { FactsDrawer } from "../map/FactsDrawer";
import type { Figure } from "../map/opened";
import type { Span } from "../api/since";
import { READERS } from "../session/roles";
import { JourneyPicker } from "../shell/JourneyPicker";
import { OfJourney } from "../shell/OfJourney";
import { Refused } from "../shell/Refused";
import { Section } from "../shell/Section";
import { WindowPicker } from "../shell/WindowPicker";
import { Alerts } from "./Alerts";
import { BackFlows } from "./BackFlows";
import { ConnectionBadge } from "./ConnectionBadge";
import { FailingRules } from "./FailingRules";
import { FlowTable } from "./FlowTable";
import { Funnel } from "./Funnel";
import { StageMap } from "./StageMap";
import { Ticker } from "./Ticker";
import { stageTitles } from "./titles";
import { useLive } from "./useLive";
import { Whose } from "./Whose";

const FlowChart = lazy(() => import("./FlowChart"));

export default function LivePage({ journey }: { journey: string | undefined }) {
  return <OfJourney journey={journey}>{(chosen, all) => <Journey key={chosen.key} definition={chosen} all={all} />}</OfJourney>;
}

function Journey({ definition, all }: { definition: Definition; all: Definition[] }) {
  const { t, language } = useI18n();
  const [, navigate] = useLocation();
  const [segment, setSegment] = useState<string | null>(null);
  const [span, setSpan] = useState<Span>("all");
  const [figure, setFigure] = useState<Answering<Figure> | null>(null);
  const live = useLive(definition.key, segment);
  const now = useFunnel(definition.key, { span: "all", segment });
  const moved = useFlow(definition.key, { span: "all", segment });
  const funnel = useFunnel(definition.key, { span, segment });
  const flow = useFlow(definition.key, { span, segment });
  const titles = stageTitles(definition, language, t);
  const stages = definition.stages.map(({ key }) => key);
  const error = funnel.error ?? flow.error;
  const name = titleIn(language, definition.title, definition.key);

  return (
    <Box maw={1500} mx="auto">
      <Group justify="space-between" mb="md" mih={40}>
        <Group gap="md">
          <Title order={1} fz={28}>
            {t("live.title")}
          </Title>
          <ConnectionBadge connection={live.connection} />
          <Anchor component={Link} href={`/live/${definition.key}/alerts`} fz="sm">
            {t("history.all")}
          </Anchor>
        </Group>
        <Group gap="sm">
          <Whose segment={segment} onChoose={setSegment} />
          <JourneyPicker chosen={definition} all={all} onChoose={(key) => navigate(`/live/${key}`)} />
        </Group>
      </Group>
      {error && <Refused error={error} needed={READERS} again={() => void funnel.refetch()} />}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 9 }}>
          <Stack gap="md">
            <Alerts journey={definition.key} titles={titles} />
            <FailingRules journey={definition.key} />
            <Section title={t("live.map")}>
              <StageMap name={name} stages={stages} titles={titles} funnel={now.data} flow={moved.data} moves={live.moves} open={setFigure} />
            </Section>
            <Group justify="flex-end">
              <WindowPicker span={span} onChange={setSpan} />
            </Group>
            <Grid gap="md">
              <Grid.Col span={{ base: 12, md: 5 }}>
                <Section title={t("live.funnel")}>
                  {funnel.data ? <Funnel funnel={funnel.data} titles={titles} open={opening<Figure>(funnel.data, setFigure)} /> : <Skeleton height={320} />}
                </Section>
              </Grid.Col>
              <Grid.Col span={{ base: 12, md: 7 }}>
                <Section title={t("live.flow")}>
                  {flow.data ? (
                    <>
                      <Suspense fallback={<Skeleton height={320} />}>
                        <FlowChart flow={flow.data} stages={stages} titles={titles} open={opening<Figure>(flow.data, setFigure)} />
                      </Suspense>
                      <BackFlows flow={flow.data} stages={stages} titles={titles} open={opening<Figure>(flow.data, setFigure)} />
                      <FlowTable flow={flow.data} titles={titles} open={opening<Figure>(flow.data, setFigure)} />
                    </>
                  ) : (
                    <Skeleton height={320} />
                  )}
                </Section>
              </Grid.Col>
            </Grid>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 3 }}>
          <Section title={t("live.ticker")}>
            <Ticker moves={live.moves} titles={titles} />
          </Section>
        </Grid.Col>
      </Grid>
      <FactsDrawer journey={definition.key} figure={figure} onClose={() => setFigure(null)} />
    </Box>
  );
}
