import { Box, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { useLocation } from "wouter";

import { useIsOneOf } from "../agent/identity/steward";
import { opening, type Answering } from "../api/question";
import type { Span } from "../api/since";
import type { Definition } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { READERS, STEWARDS } from "../session/roles";
import { JourneyPicker } from "../shell/JourneyPicker";
import { Note } from "../shell/Note";
import { OfJourney } from "../shell/OfJourney";
import { Refused } from "../shell/Refused";
import { WindowPicker } from "../shell/WindowPicker";
import { ActedOnDrawer } from "./ActedOnDrawer";
import { ActionCard } from "./ActionCard";
import { useActions } from "./asking";
import { DeadWebhooks } from "./DeadWebhooks";
import type { Opened } from "./numbers";

export default function ActionsPage({ journey }: { journey: string | undefined }) {
  return <OfJourney journey={journey}>{(chosen, all) => <Chosen key={chosen.key} journey={chosen} all={all} />}</OfJourney>;
}

function Chosen({ journey, all }: { journey: Definition; all: Definition[] }) {
  const { t } = useI18n();
  const [, navigate] = useLocation();
  const [span, setSpan] = useState<Span>("all");
  const [opened, setOpened] = useState<Answering<Opened> | null>(null);
  const steward = useIsOneOf(STEWARDS);
  const { data, error, refetch } = useActions(journey.key, span);
  const failed = data?.actions.some((action) => action.failed > 0);
  return (
    <Box maw={1200} mx="auto">
      <Group justify="space-between" align="flex-start" mb="md" mih={40}>
        <Title order={1} fz={28}>
          {t("actions.title")}
        </Title>
        <Group gap="sm" align="flex-start">
          <WindowPicker span={span} onChange={setSpan} />
          <JourneyPicker chosen={journey} all={all} onChoose={(key) => navigate(`/actions/${key}`)} />
        </Group>
      </Group>
      {error && <Refused error={error} needed={READERS} again={() => void refetch()} />}
      {!data && !error && <Skeleton height={240} radius="lg" />}
      {data?.actions.length === 0 && <Note icon={IconSend} title={t("actions.none")} hint={t("actions.none.hint")} />}
      <Stack gap="md">
        {data?.actions.map((action) => (
          <ActionCard key={action.action} action={action} open={opening<Opened>(data, setOpened)} />
        ))}
        {steward ? (
          <DeadWebhooks />
        ) : (
          failed && (
            <Text fz="sm" c="dimmed">
              {t("actions.dead.whose")}
            </Text>
          )
        )}
      </Stack>
      <ActedOnDrawer journey={journey.key} opened={opened} onClose={() => setOpened(null)} />
    </Box>
  );
}
