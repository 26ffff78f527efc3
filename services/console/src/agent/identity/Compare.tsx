import { Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useEffect, useRef, useState, type SubmitEvent } from "react";
import { Link as PageLink } from "wouter";

import { Problem } from "../../api/problem";
import type { Identifier, ProfileIdentifier, Why } from "../../api/types";
import { useI18n } from "../../i18n/I18n";
import { IdentifierChip } from "../IdentifierChip";
import { Told } from "./Decisions";
import { ChooseOwn, TypeOther } from "./Ends";
import { HeldRow, JoinedRow } from "./EvidenceRow";
import { errorsOf, type Errors } from "./fields";
import classes from "./Identity.module.css";
import type { Proposal } from "./proposal";
import { keyOf } from "./tree";
import { useWhy, verdictOf, type Pair } from "./why";

const NOBODY: Identifier = { namespace: "email", value: "" };

interface CompareProps {
  id: string;
  own: ProfileIdentifier[];
  /** Null for those who may not decide. */
  propose: ((proposal: Proposal) => void) | null;
}

/** Asks why somebody else is, or is not, the person on the page. */
export function Compare({ id, own, propose }: CompareProps) {
  const { t } = useI18n();
  const why = useWhy();
  const [mine, setMine] = useState<Identifier | undefined>(own[0]);
  const [other, setOther] = useState(NOBODY);
  const [errors, setErrors] = useState<Errors>({});
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus(), [errors]);

  const ask = (event: SubmitEvent) => {
    event.preventDefault();
    why.reset();
    if (!mine || !other.value.trim()) {
      setErrors({ b: t("decide.b.missing") });
      return;
    }
    setErrors({});
    const refuse = (error: Error) => {
      const problem = error instanceof Problem ? error : new Problem(-1, error.message);
      setErrors(errorsOf(problem, t("error.unreachable")));
    };
    why.mutate({ a: mine, b: other }, { onError: refuse });
  };

  return (
    <div>
      <Title order={3} size="h6" mb={4}>
        {t("why.title")}
      </Title>
      <form ref={form} onSubmit={ask} noValidate>
        <Group gap="sm" align="flex-start">
          {own.length > 1 && <ChooseOwn label={t("decide.a")} own={own} value={mine} error={errors.a} onChange={setMine} />}
          <div className={classes.what}>
            <TypeOther label={t("why.other")} value={other} error={errors.b ?? errors.whole} onChange={setOther} />
          </div>
          <Button type="submit" variant="default" mt={25} loading={why.isPending}>
            {t("why.ask")}
          </Button>
        </Group>
      </form>
      <div role="status">
        {why.data && <Answer id={id} asked={why.variables} why={why.data} propose={propose} />}
      </div>
    </div>
  );
}

function Answer({ id, asked, why, propose }: { id: string; asked: Pair; why: Why; propose: CompareProps["propose"] }) {
  const { t } = useI18n();
  const { path, decisions, held, through } = why;
  return (
    <Stack gap="xs" mt="sm">
      <Group gap="sm">
        <Text fw={600}>{t(verdictOf(why))}</Text>
        {why.profile_b !== id && (
          <Anchor component={PageLink} href={`/agent/${why.profile_b}`} fz="sm">
            {t("held.other")}
          </Anchor>
        )}
        {propose && !why.one_person && (
          <Button size="compact-sm" variant="default" onClick={() => propose({ kind: "confirm", ...asked })}>
            {t("decide.confirm")}
          </Button>
        )}
      </Group>
      <ul className={classes.rows}>
        {decisions.map((decision) => (
          <li key={decision.id} className={classes.row}>
            <Told decision={decision} />
          </li>
        ))}
        {path.map((link) => (
          <JoinedRow key={`${keyOf(link.a)} ${keyOf(link.b)}`} link={link} />
        ))}
        {held.map((link) => (
          <HeldRow key={`${keyOf(link.a)} ${keyOf(link.b)}`} link={link} />
        ))}
      </ul>
      {through.map(({ identifier, a, b }) => (
        <div key={`${keyOf(identifier)} ${keyOf(a.a)} ${keyOf(b.a)}`}>
          <Group gap={6}>
            <Text fz="sm">{t("why.through")}</Text>
            <IdentifierChip identifier={identifier} />
          </Group>
          <ul className={classes.rows}>
            {[a, b].map((link) => (
              <HeldRow key={`${keyOf(link.a)} ${keyOf(link.b)}`} link={link} />
            ))}
          </ul>
        </div>
      ))}
    </Stack>
  );
}
