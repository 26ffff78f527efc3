import { Alert, Button, Group, List, Text } from "@mantine/core";
import { IconAlertTriangle, IconArrowRight, IconCheck } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";

import { useAmbiguity } from "../api/queries";
import { useI18n } from "../i18n/I18n";
import { reasonInWords } from "./reasons";

/** Stands before the name: a doubt about who this is must be read before anything about them. */
export function Ambiguity({ id }: { id: string }) {
  const { t } = useI18n();
  const doubt = useAmbiguity(id);
  const [checked, setChecked] = useState(false);
  if (!doubt || checked || (!doubt.shared && doubt.alternatives.length === 0)) return null;
  return (
    <Alert
      role="alert"
      color="orange"
      variant="light"
      radius="lg"
      icon={<IconAlertTriangle aria-hidden />}
      title={<Text fw={700}>{t("ambiguous.title")}</Text>}
    >
      {doubt.shared && <Text>{t("ambiguous.shared")}</Text>}
      {doubt.alternatives.length > 0 && (
        <>
          <Text mt={4}>{t("ambiguous.alternatives", { n: doubt.alternatives.length })}</Text>
          <List mt="xs" spacing="xs" listStyleType="none" withPadding={false}>
            {doubt.alternatives.map((other) => (
              <List.Item key={other.profile_id}>
                <Group gap="sm">
                  <Button
                    component={Link}
                    href={`/agent/${other.profile_id}`}
                    size="compact-sm"
                    variant="default"
                    rightSection={<IconArrowRight size={14} aria-hidden style={{ transform: "scaleX(var(--mirror, 1))" }} />}
                  >
                    {t("ambiguous.open")}
                  </Button>
                  <Text size="sm">{reasonInWords(other, t)}</Text>
                </Group>
              </List.Item>
            ))}
          </List>
        </>
      )}
      <Button
        mt="md"
        size="compact-md"
        color="orange"
        leftSection={<IconCheck size={15} aria-hidden />}
        onClick={() => setChecked(true)}
      >
        {t("ambiguous.sure")}
      </Button>
    </Alert>
  );
}
