import { Group, Stack, Text, Title, UnstyledButton } from "@mantine/core";
import { IconUserQuestion } from "@tabler/icons-react";

import type { Found } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { Note } from "../shell/Note";
import { Time } from "../text/Time";
import { Assurance } from "./Assurance";
import { Face } from "./Face";
import { IdentifierChip } from "./IdentifierChip";
import classes from "./Names.module.css";

interface NamesProps {
  items: Found[];
  more: boolean;
  onOpen: (id: string) => void;
}

/** Never opens by itself, not even a single one: the same name is not yet the same person. */
export function Names({ items, more, onOpen }: NamesProps) {
  const { t } = useI18n();
  if (items.length === 0) {
    return (
      <div className="card" role="status">
        <Note icon={IconUserQuestion} title={t("search.found.none")} hint={t("search.found.none.hint")} />
      </div>
    );
  }
  return (
    <Stack gap="xs" maw={760}>
      <Title order={2} size="h5" c="dimmed" role="status">
        {t("search.found", { n: items.length })}
      </Title>
      {items.map((found) => (
        <UnstyledButton key={found.id} className={classes.row} onClick={() => onOpen(found.id)}>
          <Face id={found.id} name={found.name} size="md" />
          <div className={classes.who}>
            <Group gap="xs">
              <Text fw={600}>
                <bdi>{found.name ?? t("person.unnamed")}</bdi>
              </Text>
              {found.name_assurance === "claimed" && <Assurance assurance="claimed" />}
            </Group>
            <Group gap={6} mt={4}>
              {found.identifiers.slice(0, 3).map((each) => (
                <IdentifierChip key={`${each.namespace} ${each.value}`} identifier={each} />
              ))}
            </Group>
          </div>
          {found.last_seen && (
            <Text size="sm" c="dimmed" className={classes.seen}>
              <Time iso={found.last_seen} form="relative" />
            </Text>
          )}
        </UnstyledButton>
      ))}
      {more && (
        <Text c="dimmed" size="sm">
          {t("search.more")}
        </Text>
      )}
    </Stack>
  );
}
