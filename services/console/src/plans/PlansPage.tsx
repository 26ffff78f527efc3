import { Box, Button, Group, Select, Skeleton, Stack, Title } from "@mantine/core";
import { IconPlus, IconRoute, IconSeedling } from "@tabler/icons-react";
import { useState } from "react";
import { useLocation } from "wouter";

import { useDefinitionInFull, useDefinitions, usePlans } from "../api/queries";
import type { Definition } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import { PLANNERS, READERS } from "../session/roles";
import { Note } from "../shell/Note";
import { Refused } from "../shell/Refused";
import { PlanCard } from "./PlanCard";
import { PlanDialog, type Asked } from "./PlanDialog";

const NEW: Asked = { about: "", stage: "" };

export default function PlansPage({ journey }: { journey: string | undefined }) {
  const { t } = useI18n();
  const { data, error, refetch } = useDefinitions();
  if (error) return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  if (!data) return <Skeleton height={420} radius="lg" mt={60} />;
  const chosen = data.items.find(({ key }) => key === journey) ?? data.items[0];
  if (!chosen) return <Note icon={IconRoute} title={t("live.none")} hint={t("live.none.hint")} />;
  return <Chosen key={chosen.key} journey={chosen} all={data.items} />;
}

function Chosen({ journey, all }: { journey: Definition; all: Definition[] }) {
  const { t, language } = useI18n();
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
          <Select
            aria-label={t("live.journey")}
            w={260}
            allowDeselect={false}
            leftSection={<IconRoute size={17} aria-hidden />}
            data={all.map(({ key, title }) => ({ value: key, label: titleIn(language, title, key) }))}
            value={journey.key}
            onChange={(key) => key && navigate(`/plans/${key}`)}
          />
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
