import { Badge, Group, Skeleton, Stack, Text } from "@mantine/core";

import { useProfileJourneys } from "../api/queries";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import { READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { Section } from "../shell/Section";
import { JourneyStepper } from "./JourneyStepper";

export function Journeys({ id }: { id: string }) {
  const { t, language } = useI18n();
  const { data, error, refetch } = useProfileJourneys(id);
  return (
    <Section title={t("journeys.title")}>
      {error && <Refused error={error} needed={READERS} again={() => void refetch()} />}
      {!data && !error && <Skeleton height={112} />}
      {data && data.segments.length > 0 && (
        <Group component="ul" gap={6} mb="md" p={0} aria-label={t("journeys.segments")} style={{ listStyle: "none" }}>
          {data.segments.map((segment) => (
            <li key={segment.key}>
              <Badge variant="light" color="grape" tt="none" fw={500}>
                <bdi>{titleIn(language, segment.title, segment.key)}</bdi>
              </Badge>
            </li>
          ))}
        </Group>
      )}
      {data?.items.length === 0 && <Text c="dimmed">{t("journeys.empty")}</Text>}
      <Stack gap="xl">
        {data?.items.map((journey) => (
          <JourneyStepper key={`${journey.journey} ${journey.number}`} journey={journey} />
        ))}
      </Stack>
    </Section>
  );
}
