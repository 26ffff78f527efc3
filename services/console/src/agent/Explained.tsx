import { Badge, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconLink, IconUnlink } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { useExplanation } from "../api/queries";
import type { Explanation, ShownLink } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { namespaceTitle } from "../look/namespaces";
import { READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { Time } from "../text/Time";
import { blockedInWords, outcomeInWords } from "./explained";
import classes from "./Explained.module.css";
import { IdentifierChip } from "./IdentifierChip";
import { Raw } from "./Raw";
import { reasonInWords } from "./reasons";

/** What became of an interaction, and why. */
export function Explained({ number }: { number: number }) {
  const { t } = useI18n();
  const { data, error, refetch } = useExplanation(number);
  if (error) return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  if (!data) return <Skeleton height={60} />;
  return (
    <Stack gap="xs" component="section" aria-label={t("explained.title")} className={classes.box}>
      <Text fw={550}>{outcomeInWords(data, t)}</Text>
      {data.identifiers.length > 0 && (
        <Part title={t("explained.showed")}>
          {data.identifiers.map((each) => (
            <Row key={`${each.namespace} ${each.value}`}>
              <IdentifierChip identifier={each} />
              <Text fz="xs" c="dimmed">
                {t(each.assurance === "verified" ? "assurance.verified" : "assurance.claimed")}
                {each.anchor && ` · ${t("explained.anchor")}`}
              </Text>
            </Row>
          ))}
        </Part>
      )}
      {data.erased_until && (
        <Text fz="sm">
          {t("explained.erased_until")} <Time iso={data.erased_until} />
        </Text>
      )}
      {data.login && <LoginRow login={data.login} />}
      <Blocked blocked={data.blocked} />
      {data.links.length > 0 && (
        <Part title={t("explained.links")}>
          {data.links.map((link) => (
            <LinkRow key={`${link.a.namespace} ${link.a.value} ${link.b.namespace} ${link.b.value}`} link={link} />
          ))}
        </Part>
      )}
      <Together groups={data.brought_together} />
      {data.variants.length > 0 && (
        <Part title={t("explained.variants", { n: data.variants.length })}>
          {data.variants.map((variant) => (
            <li key={variant.digest}>
              <Raw value={variant.event} />
            </li>
          ))}
        </Part>
      )}
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <Title order={5} fz="xs" fw={550} c="dimmed" mb={4}>
        {title}
      </Title>
      <Stack gap={6} component="ul" className={classes.list}>
        {children}
      </Stack>
    </div>
  );
}

function Row({ children }: { children: ReactNode }) {
  return (
    <Group gap={6} component="li">
      {children}
    </Group>
  );
}

function LoginRow({ login }: { login: NonNullable<Explanation["login"]> }) {
  const { t } = useI18n();
  return (
    <Part title={t("explained.login")}>
      <Row>
        <IdentifierChip identifier={login.person} />
        <Text fz="xs" c="dimmed">
          {t("explained.logged_in")} · <Time iso={login.time} />
        </Text>
        <IdentifierChip identifier={login.device} />
      </Row>
    </Part>
  );
}

function Blocked({ blocked }: { blocked: Explanation["blocked"] }) {
  const { t } = useI18n();
  if (blocked.length === 0) return null;
  return (
    <Part title={t("explained.blocked")}>
      {blocked.map((each, place) => (
        <Row key={place}>
          <Badge variant="default" size="lg" fw={450} tt="none">
            {namespaceTitle(each.namespace, t)}
          </Badge>
          <Text fz="xs">{blockedInWords(each, t)}</Text>
        </Row>
      ))}
    </Part>
  );
}

function LinkRow({ link }: { link: ShownLink }) {
  const { t } = useI18n();
  const held = link.reason !== null;
  const Icon = held ? IconUnlink : IconLink;
  return (
    <Row>
      <IdentifierChip identifier={link.a} />
      <Icon size={16} color={`var(--mantine-color-${held ? "orange" : "teal"}-filled)`} aria-hidden />
      <IdentifierChip identifier={link.b} />
      <Text fz="xs" c="dimmed">
        {t(link.first_witness ? "explained.first" : "explained.before")}
      </Text>
      {link.reason !== null && <Text fz="xs">{reasonInWords({ reason: link.reason, explanation: link.explanation }, t)}</Text>}
    </Row>
  );
}

function Together({ groups }: { groups: Explanation["brought_together"] }) {
  const { t } = useI18n();
  if (groups.length === 0) return null;
  return (
    <Part title={t("explained.together")}>
      {groups.map((group, place) => (
        <Row key={place}>
          {group.identifiers.map((each) => (
            <IdentifierChip key={`${each.namespace} ${each.value}`} identifier={each} />
          ))}
        </Row>
      ))}
    </Part>
  );
}
