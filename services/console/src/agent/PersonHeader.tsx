import { Anchor, CopyButton, Group, Title, Tooltip, UnstyledButton } from "@mantine/core";
import { IconClock, IconEyeOff, IconHeartHandshake } from "@tabler/icons-react";
import { useEffect, useRef, type ReactNode } from "react";

import { useIdentity } from "../api/queries";
import type { Profile, ProfileIdentifier } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { namespaceTitle } from "../look/namespaces";
import { Time } from "../text/Time";
import { Assurance } from "./Assurance";
import { EraseButton } from "./EraseButton";
import { ExportButton } from "./ExportButton";
import { Face } from "./Face";
import { HELD } from "./HeldLinks";
import { useMayDecide } from "./identity/steward";
import { IdentifierChip } from "./IdentifierChip";
import { shownName } from "./name";
import classes from "./PersonHeader.module.css";

const KEY_NAMESPACES = ["customer_id", "loyalty_id", "email", "phone"];

/** The latest seen identifier of each namespace that people know by heart. */
function keyIdentifiers(identifiers: readonly ProfileIdentifier[]): ProfileIdentifier[] {
  const byLastSeen = identifiers.toSorted((a, b) => (b.last_seen ?? "").localeCompare(a.last_seen ?? ""));
  return KEY_NAMESPACES.flatMap((namespace) => byLastSeen.find((each) => each.namespace === namespace) ?? []);
}

export function PersonHeader({ profile }: { profile: Profile }) {
  const { t } = useI18n();
  const { text: name, claimed } = shownName(profile.traits);
  const { first_seen: first, last_seen: last } = profile.figures;
  const maySteward = useMayDecide();
  const heading = useRef<HTMLHeadingElement>(null);

  // Who it is must be the first thing heard and the place to go on from.
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <header className={`card ${classes.header}`}>
      <Face id={profile.id} name={name} size="xl" />
      <div className={classes.who}>
        <Group gap="sm" align="baseline">
          <Title order={1} ref={heading} tabIndex={-1} className={classes.name} fz={30} lh={1.2} {...(name ? {} : { c: "dimmed" })}>
            <bdi>{name ?? t("person.unnamed")}</bdi>
          </Title>
          {claimed && <Assurance assurance="claimed" />}
          <Doubts id={profile.id} />
        </Group>
        {profile.masked && (
          <Group gap={6} mt={4} c="dimmed" fz="sm">
            <IconEyeOff size={16} aria-hidden />
            {t("person.masked")}
          </Group>
        )}
        <Group gap={8} mt={8}>
          {keyIdentifiers(profile.identifiers).map((each) => (
            <Copyable key={each.namespace} identifier={each} />
          ))}
        </Group>
      </div>
      <div className={classes.when}>
        {last && (
          <Moment icon={<IconClock size={16} aria-hidden />}>
            {t("person.lastSeen", { when: "" })} <Time iso={last} form="relative" />
          </Moment>
        )}
        {first && (
          <Moment icon={<IconHeartHandshake size={16} aria-hidden />}>
            {t("person.since", { when: "" })} <Time iso={first} form="date" />
          </Moment>
        )}
        {maySteward && <ExportButton id={profile.id} />}
        {maySteward && <EraseButton id={profile.id} />}
      </div>
    </header>
  );
}

function Moment({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <Group gap={6} wrap="nowrap" c="dimmed" fz="sm">
      {icon}
      <span>{children}</span>
    </Group>
  );
}

function Copyable({ identifier }: { identifier: ProfileIdentifier }) {
  const { t } = useI18n();
  return (
    <CopyButton value={identifier.value}>
      {({ copied, copy }) => (
        <Tooltip label={t("person.copied")} opened={copied} withArrow>
          <UnstyledButton
            onClick={copy}
            className={classes.copy}
            aria-label={`${t("person.copy", { what: namespaceTitle(identifier.namespace, t) })}: ${identifier.value}`}
          >
            <IdentifierChip identifier={identifier} />
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  );
}

function Doubts({ id }: { id: string }) {
  const { t } = useI18n();
  const held = useIdentity(id).data?.held_total ?? 0;
  if (held === 0) return null;
  return (
    <Anchor
      component="button"
      type="button"
      fz="sm"
      c="var(--doubt)"
      title={t("ambiguous.held.show")}
      onClick={() => document.getElementById(HELD)?.scrollIntoView({ block: "center" })}
    >
      {t("ambiguous.held", { n: held })}
    </Anchor>
  );
}
