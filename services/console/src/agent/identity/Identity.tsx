import { Alert, Anchor, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCircleCheck } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";

import { useIdentity } from "../../api/queries";
import type { Identity as IdentityShape } from "../../api/types";
import { useI18n } from "../../i18n/I18n";
import { READERS } from "../../session/roles";
import { Refused } from "../../shell/Refused";
import { Section } from "../../shell/Section";
import { useOutcome } from "./decide";
import { DecisionDialog } from "./DecisionDialog";
import { Decisions } from "./Decisions";
import { Compare } from "./Compare";
import { Links } from "./Links";
import { Picture } from "./Picture";
import type { Proposal } from "./proposal";
import { useMayDecide } from "./steward";

/** Open for those who decide about it; the others have it one step away, because they came for the timeline. */
export function Identity({ id }: { id: string }) {
  const { t } = useI18n();
  const { data, error, refetch } = useIdentity(id);
  const mayDecide = useMayDecide();
  const [open, { toggle }] = useDisclosure(mayDecide);
  return (
    <Section
      title={t("identity.title")}
      aside={
        <Button size="compact-sm" variant="subtle" onClick={toggle} aria-expanded={open}>
          {t(open ? "identity.hide" : "identity.show")}
        </Button>
      }
    >
      {error && <Refused error={error} needed={READERS} again={() => void refetch()} />}
      {!data && !error && <Skeleton height={open ? 320 : 24} />}
      {data && !open && (
        <Text c="dimmed" fz="sm">
          {t("identity.summary", {
            ids: data.identifiers.length,
            links: data.links.length,
            held: data.held_total,
          })}
        </Text>
      )}
      {data && open && <Whole id={id} identity={data} mayDecide={mayDecide} />}
    </Section>
  );
}

function Whole({ id, identity, mayDecide }: { id: string; identity: IdentityShape; mayDecide: boolean }) {
  const { t } = useI18n();
  const [proposal, setProposal] = useState<Proposal | null>(null);
  const propose = mayDecide ? setProposal : null;
  return (
    <Stack gap="lg">
      <Done id={id} />
      <Picture identity={identity} />
      {propose && (
        <Group gap="xs">
          {identity.identifiers.length > 1 && (
            <Button size="compact-md" variant="light" onClick={() => propose({ kind: "separate", a: null, b: null })}>
              {t("decide.separate.choose")}
            </Button>
          )}
          <Button size="compact-md" variant="light" onClick={() => propose({ kind: "confirm", a: null, b: null })}>
            {t("decide.confirm.choose")}
          </Button>
        </Group>
      )}
      <Links identity={identity} propose={propose} />
      <Decisions decisions={identity.decisions} propose={propose} />
      <Compare key={id} id={id} own={identity.identifiers} propose={propose} />
      <DecisionDialog proposal={proposal} own={identity.identifiers} onClose={() => setProposal(null)} />
    </Stack>
  );
}

function Done({ id }: { id: string }) {
  const { t } = useI18n();
  const { outcome, forget } = useOutcome(id);
  return (
    <div role="status">
      {outcome && (
        <Alert
          color="teal"
          variant="light"
          icon={<IconCircleCheck aria-hidden />}
          title={t(`decide.done.${outcome.kind}`)}
          withCloseButton
          closeButtonLabel={t("decide.close")}
          onClose={forget}
        >
          <Group gap="md">
            {outcome.people
              .filter((other) => other.id !== id)
              .map((other) => (
                <Anchor key={other.id} component={Link} href={`/agent/${other.id}`}>
                  {t("decide.done.open", { name: other.name ?? t("ambiguous.other") })}
                </Anchor>
              ))}
          </Group>
        </Alert>
      )}
    </div>
  );
}
