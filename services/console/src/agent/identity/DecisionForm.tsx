import { Alert, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useEffect, useRef, type SubmitEvent } from "react";

import type { ProfileIdentifier } from "../../api/types";
import { useI18n } from "../../i18n/I18n";
import { IdentifierChip } from "../IdentifierChip";
import { Told } from "./Decisions";
import { ChooseOwn, TypeOther } from "./Ends";
import type { Errors } from "./fields";
import type { Proposal } from "./proposal";
import { MOST_REASON, type Filled } from "./request";

const NOBODY = { namespace: "email", value: "" };

interface DecisionFormProps {
  proposal: Proposal;
  own: ProfileIdentifier[];
  filled: Filled;
  errors: Errors;
  busy: boolean;
  onChange: (changed: Partial<Filled>) => void;
  onSubmit: () => void;
  onCancel: () => void;
}

export function DecisionForm({ proposal, own, filled, errors, busy, onChange, onSubmit, onCancel }: DecisionFormProps) {
  const { t } = useI18n();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus(), [errors]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="md">
        {proposal.kind === "withdraw" ? (
          <Told decision={proposal.decision} />
        ) : (
          <Ends proposal={proposal} own={own} filled={filled} errors={errors} onChange={onChange} />
        )}
        <Textarea
          label={t("decide.reason")}
          description={t("decide.reason.hint")}
          error={errors.reason}
          required
          data-autofocus
          dir="auto"
          autosize
          minRows={2}
          maxLength={MOST_REASON}
          value={filled.reason}
          onChange={(event) => onChange({ reason: event.currentTarget.value })}
        />
        {errors.whole && (
          <Alert role="alert" color="red" variant="light">
            {errors.whole}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t("decide.cancel")}
          </Button>
          <Button type="submit" loading={busy}>
            {t("decide.preview")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type EndsProps = Pick<DecisionFormProps, "own" | "filled" | "errors" | "onChange"> & {
  proposal: Exclude<Proposal, { kind: "withdraw" }>;
};

function Ends({ proposal, own, filled, errors, onChange }: EndsProps) {
  const { t } = useI18n();
  const { kind, a, b } = proposal;
  if (a && b) {
    return (
      <div>
        <Group gap={6}>
          <IdentifierChip identifier={a} />
          <Text fz="sm">{t(`decide.b.${kind}`)}</Text>
          <IdentifierChip identifier={b} />
        </Group>
        {(errors.a ?? errors.b) && (
          <Text role="alert" c="var(--mantine-color-error)" fz="sm" mt={6} dir="auto">
            {errors.a ?? errors.b}
          </Text>
        )}
      </div>
    );
  }
  const label = t(`decide.b.${kind}`);
  return (
    <>
      <ChooseOwn label={t("decide.a")} own={own} value={filled.a} error={errors.a} onChange={(chosen) => onChange({ a: chosen })} />
      {kind === "separate" ? (
        <ChooseOwn label={label} own={own} value={filled.b} error={errors.b} onChange={(chosen) => onChange({ b: chosen })} />
      ) : (
        <TypeOther label={label} value={filled.b ?? NOBODY} error={errors.b} onChange={(typed) => onChange({ b: typed })} />
      )}
    </>
  );
}
