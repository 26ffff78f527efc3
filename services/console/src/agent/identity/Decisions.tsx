import { Anchor, Badge, Button, Collapse, Group, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconLink, IconUnlink } from "@tabler/icons-react";

import type { Decision } from "../../api/types";
import { useI18n } from "../../i18n/I18n";
import { Time } from "../../text/Time";
import { IdentifierChip } from "../IdentifierChip";
import classes from "./Identity.module.css";
import type { Proposal } from "./proposal";

interface DecisionsProps {
  decisions: Decision[];
  /** Null for those who may not decide. */
  propose: ((proposal: Proposal) => void) | null;
}

export function Decisions({ decisions, propose }: DecisionsProps) {
  const { t } = useI18n();
  const [open, { toggle }] = useDisclosure(false);
  const standing = decisions.filter(({ withdrawn }) => withdrawn === null);
  const withdrawn = decisions.filter((decision) => decision.withdrawn !== null);
  return (
    <div>
      <Title order={3} size="h6" mb={4}>
        {t("identity.decisions")}
      </Title>
      {standing.length === 0 && (
        <Text c="dimmed" fz="sm">
          {t("identity.decisions.none")}
        </Text>
      )}
      <ul className={classes.rows}>
        {standing.map((decision) => (
          <li key={decision.id} className={classes.row}>
            <Told decision={decision} />
            {propose && (
              <Button size="compact-sm" variant="default" onClick={() => propose({ kind: "withdraw", decision })}>
                {t("decide.withdraw")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {withdrawn.length > 0 && (
        <>
          <Anchor component="button" type="button" fz="sm" mt={4} onClick={toggle} aria-expanded={open}>
            {t("identity.decisions.withdrawn", { n: withdrawn.length })}
          </Anchor>
          <Collapse expanded={open}>
            <ul className={classes.rows}>
              {withdrawn.map((decision) => (
                <li key={decision.id} className={classes.row}>
                  <Told decision={decision} />
                </li>
              ))}
            </ul>
          </Collapse>
        </>
      )}
    </div>
  );
}

/** A decision with who made it, when and why, and who took it back. */
export function Told({ decision }: { decision: Decision }) {
  const { t } = useI18n();
  const { kind, a, b, withdrawn } = decision;
  const together = kind === "confirm";
  const Icon = together ? IconLink : IconUnlink;
  return (
    <div className={classes.what}>
      <Group gap={6}>
        <Badge variant="light" color={withdrawn ? "gray" : together ? "teal" : "orange"} tt="none" leftSection={<Icon size={13} aria-hidden />}>
          {t(together ? "identity.confirmed" : "identity.separated")}
        </Badge>
        <IdentifierChip identifier={a} />
        <IdentifierChip identifier={b} />
      </Group>
      <Said author={decision.author} at={decision.made_at} reason={decision.reason} />
      {withdrawn && (
        <>
          <Text fz="sm" fw={600} mt={4}>
            {t("identity.withdrawn")}
          </Text>
          <Said {...withdrawn} />
        </>
      )}
    </div>
  );
}

function Said({ author, at, reason }: { author: string; at: string; reason: string }) {
  return (
    <>
      <Text fz="sm" mt={4} className="said">
        {reason}
      </Text>
      <Text fz="xs" c="dimmed">
        <bdi>{author}</bdi> · <Time iso={at} form="date" />
      </Text>
    </>
  );
}
