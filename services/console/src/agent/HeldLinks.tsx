import { Anchor, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconCircleCheck, IconUnlink } from "@tabler/icons-react";
import { Link } from "wouter";

import { useIdentity } from "../api/queries";
import type { HeldLink } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { Section } from "../shell/Section";
import { IdentifierChip } from "./IdentifierChip";
import { reasonInWords } from "./reasons";

export const HELD = "held-links";

export function HeldLinks({ id }: { id: string }) {
  const { t } = useI18n();
  const { data, error, refetch } = useIdentity(id);
  return (
    <Section title={t("held.title")} id={HELD}>
      {error && <Refused error={error} needed={READERS} again={() => void refetch()} />}
      {!data && !error && <Skeleton height={44} />}
      {data?.held.length === 0 && (
        <Group gap={8} c="dimmed" fz="sm" wrap="nowrap">
          <IconCircleCheck size={18} color="var(--mantine-color-teal-filled)" aria-hidden />
          {t("held.none")}
        </Group>
      )}
      {data && data.held.length > 0 && (
        <Stack gap="md">
          <Text fz="sm" c="dimmed">
            {t("held.hint")}
          </Text>
          {data.held.map((link) => (
            <Held key={`${link.a.namespace} ${link.a.value} ${link.b.namespace} ${link.b.value}`} link={link} />
          ))}
          {data.held_total > data.held.length && (
            <Text fz="sm" c="dimmed">
              {t("held.more", { n: data.held_total - data.held.length })}
            </Text>
          )}
        </Stack>
      )}
    </Section>
  );
}

function Held({ link }: { link: HeldLink }) {
  const { t } = useI18n();
  return (
    <div>
      <Group gap={6}>
        <IdentifierChip identifier={link.a} />
        <IconUnlink size={16} color="var(--mantine-color-orange-filled)" aria-hidden />
        <IdentifierChip identifier={link.b} />
      </Group>
      <Text fz="sm" mt={4}>
        {reasonInWords(link, t)}{" "}
        {link.profile_id && (
          <Anchor component={Link} href={`/agent/${link.profile_id}`} underline="always">
            {t("held.other")}
          </Anchor>
        )}
      </Text>
    </div>
  );
}
