import { Alert, Code, List, Text } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";

import { useDefinitionInFull, useSegments } from "../api/queries";
import { useI18n } from "../i18n/I18n";
import { Time } from "../text/Time";

/** Rules of the journey and of segments that met values they were not written for: what they decide is not to be trusted. */
export function FailingRules({ journey }: { journey: string }) {
  const { t, language } = useI18n();
  const definition = useDefinitionInFull(journey);
  const segments = useSegments();
  const ofSegments = (segments.data?.items ?? []).flatMap(({ rule_failure }) => rule_failure ?? []);
  const failing = [...(definition.data?.rule_failures ?? []), ...ofSegments];
  if (failing.length === 0) return null;
  return (
    <Alert color="yellow" icon={<IconAlertCircle aria-hidden />} title={t("live.failing")}>
      <Text fz="sm">{t("live.failing.hint")}</Text>
      <List fz="sm" mt="xs" spacing={4}>
        {failing.map(({ rule, times, reason, last_at }) => (
          <List.Item key={rule}>
            <Code dir="ltr">{rule}</Code> {t("live.failing.times", { n: times.toLocaleString(language) })} <Time iso={last_at} form="moment" />
            <Text fz="sm" dir="ltr" ta="start">
              {reason}
            </Text>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
