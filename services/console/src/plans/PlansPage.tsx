import { Box, Button, Group, Skeleton, Stack, Title } from "@mantine/core";
import { IconPlus, IconSeedling } from "@tabler/icons-react";
import { useState } from "react";
import { useLocation } from "wouter";

import { useDefinitionInFull, usePlans } from "../api/queries";
import type { Definition } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { PLANNERS } from "../session/roles";
import { JourneyPicker } from "../shell/JourneyPicker";
import { Note } from "../shell/Note";
import { OfJourney } from "../shell/OfJourney";
import { Refused } from "../shell/Refused";
import { PlanCard } from "./PlanCard";
import { PlanDialog, type Asked } from "./PlanDialog";

const NEW: Asked = { about: "", stage: "" };

export default function PlansPage({ journey }: { journey: string | undefined }) {
  return <OfJourney journey={journey}>{(chosen, all) => <Chosen key={chosen.key} journey={chosen} all={all} />}</OfJourney>;
}

function Chosen({ journey, all }: { journey: Definition; all: Definition[] }) {
  const { t } = useI18n();
  const [, navigate] = useLocation();
  const [asked, setAsked] = useState<Asked | null>(null);
  const { data, error, refetch } = usePlans(journey.key);
  const { data: definition } = useDefinitionInFull(journey.key);
  return (
    <Box maw={1200} mx="auto">
      <Group justify="space-between" mb="md" mih={40}>
        <Title order={1} fz={28}>
          {t("plans.title")}
        </Title>
        <Group gap="sm">
          <JourneyPicker chosen={journey} all={all} onChoose={(key) => navigate(`/plans/${key}`)} />
          <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={() => setAsked(NEW)}>
            {t("plans.add")}
          </Button>
        </Group>
      </Group>
      {error && <Refused error={error} needed={PLANNERS} again={() => void refetch()} />}
      {!data && !error && <Skeleton height={240} radius="lg" />}
      {data?.items.length === 0 && <Note icon={IconSeedling} title={t("plans.none")} hint={t("plans.none.hint")} />}
      <Stack gap="md">
        {data?.items.map((plan) => (
          <PlanCard key={plan.id} plan={plan} definition={definition} onEdit={() => setAsked({ plan })} />
        ))}
      </Stack>
      <PlanDialog journey={journey.key} asked={asked} onClose={() => setAsked(null)} />
    </Box>
  );
}
