import { Badge, Group, Stack, Text, ThemeIcon } from "@mantine/core";

import type { ProfileIdentifier } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { NamespaceIcon } from "../look/NamespaceIcon";
import { namespaceTitle } from "../look/namespaces";
import { Section } from "../shell/Section";
import { Time } from "../text/Time";
import { Assurance } from "./Assurance";

export function Identifiers({ identifiers }: { identifiers: ProfileIdentifier[] }) {
  const { t } = useI18n();
  return (
    <Section title={t("ids.title")}>
      <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
        {identifiers.map((each) => (
          <Row key={`${each.namespace} ${each.value}`} identifier={each} />
        ))}
      </Stack>
    </Section>
  );
}

function Row({ identifier }: { identifier: ProfileIdentifier }) {
  const { t } = useI18n();
  const title = namespaceTitle(identifier.namespace, t);
  return (
    <Group component="li" gap="sm" wrap="nowrap" align="flex-start">
      <ThemeIcon variant="light" color="gray" radius="md" size={34} title={title}>
        <NamespaceIcon namespace={identifier.namespace} size={18} title={title} />
      </ThemeIcon>
      <div style={{ flex: 1, minWidth: 0 }}>
        <Text fw={550} className="whole">
          <bdi dir="ltr">{identifier.value}</bdi>
        </Text>
        <Text fz="xs" c="dimmed">
          {title} · <Seen first={identifier.first_seen} last={identifier.last_seen} />
        </Text>
      </div>
      {identifier.shared && (
        <Badge variant="light" color="orange" tt="none" fw={500} title={t("ids.shared.hint")} style={{ flexShrink: 0 }}>
          {t("ids.shared")}
        </Badge>
      )}
      <Assurance assurance={identifier.assurance} />
    </Group>
  );
}

/** From when to when it was met; never, if only a steward's decision names it still. */
function Seen({ first, last }: { first: string | null; last: string | null }) {
  const { t } = useI18n();
  if (first === null || last === null) return t("ids.unseen");
  return (
    <>
      <Time iso={first} form="date" /> – <Time iso={last} form="date" />
    </>
  );
}
