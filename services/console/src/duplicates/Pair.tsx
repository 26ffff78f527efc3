import { Anchor, Badge, Button, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useId } from "react";
import { Link } from "wouter";

import { Face } from "../agent/Face";
import { IdentifierChip } from "../agent/IdentifierChip";
import type { Proposal } from "../agent/identity/proposal";
import type { LikelyPair, LikelyPerson } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { Time } from "../text/Time";
import classes from "./Duplicates.module.css";
import { percent } from "./figures";
import { Weights } from "./Weights";

const SHOWN = 4;

interface PairProps {
  pair: LikelyPair;
  propose: (proposal: Proposal) => void;
}

export function Pair({ pair, propose }: PairProps) {
  const { t, language } = useI18n();
  const [open, { toggle }] = useDisclosure(false);
  const [whole, heading] = [useId(), useId()];
  const { a, b } = pair;
  const [one, other] = [a.decide_by, b.decide_by];
  const chance = percent(pair.probability, language);
  return (
    <li className="card" aria-labelledby={heading}>
      <Group justify="space-between" mb="sm" gap="xs">
        <Text id={heading} fw={600} fz="sm">
          {t("duplicates.chance", { chance })}
        </Text>
        <Badge variant="light" tt="none" title={t("duplicates.weight.hint")}>
          {t("duplicates.weight", { n: Math.round(pair.weight * 10) / 10 })}
        </Badge>
      </Group>
      <div className={classes.sides}>
        <Somebody person={a} />
        <Somebody person={b} />
      </div>
      <Group mt="md" gap="xs">
        {one && other && (
          <>
            <Button size="compact-md" onClick={() => propose({ kind: "confirm", a: one, b: other })}>
              {t("duplicates.same")}
            </Button>
            <Button size="compact-md" variant="default" onClick={() => propose({ kind: "separate", a: one, b: other })}>
              {t("duplicates.two")}
            </Button>
          </>
        )}
        <Button size="compact-md" variant="subtle" onClick={toggle} aria-expanded={open} aria-controls={whole}>
          {t(open ? "duplicates.hide" : "duplicates.why")}
        </Button>
      </Group>
      <div id={whole}>{open && <Weights a={a.id} b={b.id} />}</div>
    </li>
  );
}

function Somebody({ person }: { person: LikelyPerson }) {
  const { t } = useI18n();
  const more = person.identifiers.length - SHOWN;
  return (
    <div className={classes.person}>
      <Group gap="sm" wrap="nowrap">
        <Face id={person.id} name={person.name} size="md" />
        <div>
          <Anchor component={Link} href={`/agent/${person.id}`} fw={650}>
            <bdi>{person.name ?? t("person.unnamed")}</bdi>
          </Anchor>
          {person.last_seen && (
            <Text fz="xs" c="dimmed">
              {t("search.seen", { when: "" })} <Time iso={person.last_seen} form="relative" />
            </Text>
          )}
        </div>
      </Group>
      <Group gap={6} mt={8}>
        {person.identifiers.slice(0, SHOWN).map((each) => (
          <IdentifierChip key={`${each.namespace} ${each.value}`} identifier={each} />
        ))}
        {more > 0 && (
          <Text fz="xs" c="dimmed">
            {t("held.more", { n: more })}
          </Text>
        )}
      </Group>
    </div>
  );
}
