import { Alert, Button, Group, Modal, NumberInput, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";

import { Problem } from "../api/problem";
import { useDefinitionInFull } from "../api/queries";
import type { DefinitionInFull, Plan } from "../api/types";
import { useI18n } from "../i18n/I18n";
import type { Key } from "../i18n/en";
import { titleIn } from "../i18n/language";
import { blank, draftOf, missing, refusedAt, wishOf, type Draft, type Errors, type Field } from "./draft";
import { usePlanning } from "./planning";
import { MEASURES, named, sideOf, titles, unitOf } from "./subject";

/** What the dialog is opened for: a plan that is to be changed, or a new one, perhaps about a pain point. */
export type Asked = { plan: Plan } | { about: string; stage: string };

interface PlanDialogProps {
  journey: string;
  /** Null closes it. */
  asked: Asked | null;
  onClose: () => void;
  onDone?: () => void;
}

export function PlanDialog({ journey, asked, onClose, onDone }: PlanDialogProps) {
  const { t } = useI18n();
  return (
    <Modal.Root opened={asked !== null} onClose={onClose} size={620} transitionProps={{ duration: 0 }}>
      <Modal.Overlay />
      <Modal.Content radius="lg">
        <Modal.Body p="lg">
          {asked && (
            <>
              <Group justify="space-between" mb="md" wrap="nowrap">
                <Modal.Title fz="lg" fw={650}>
                  {t("plan" in asked ? "plans.edit.title" : "plans.add")}
                </Modal.Title>
                <Modal.CloseButton aria-label={t("decide.close")} />
              </Group>
              <Form
                journey={journey}
                asked={asked}
                onClose={onClose}
                onDone={() => {
                  onClose();
                  onDone?.();
                }}
              />
            </>
          )}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function Form({ journey, asked, onClose, onDone }: PlanDialogProps & { asked: Asked; onDone: () => void }) {
  const { t } = useI18n();
  const old = "plan" in asked ? asked.plan : null;
  const [draft, setDraft] = useState(() => ("plan" in asked ? draftOf(asked.plan) : blank(asked.about, asked.stage, Date.now())));
  const [empty, setEmpty] = useState<Field[]>([]);
  const planning = usePlanning(journey);
  const refused: Errors = planning.error ? refusalOf(planning.error, t("error.unreachable")) : {};
  const errorOf = (field: Field) => (empty.includes(field) ? t("plans.missing") : refused[field]);
  const write = (part: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...part }));
    setEmpty((before) => before.filter((field) => !(field in part)));
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const lacks = missing(draft);
    setEmpty(lacks);
    if (lacks.length === 0) planning.mutate({ wish: wishOf(draft, old), old }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <About journey={journey} draft={draft} write={write} errorOf={errorOf} />
        <Textarea
          label={t("plans.what")}
          required
          data-autofocus
          dir="auto"
          autosize
          minRows={2}
          maxLength={2_000}
          value={draft.what}
          error={errorOf("what")}
          onChange={(event) => write({ what: event.currentTarget.value })}
        />
        <TextInput
          label={t("plans.owner")}
          required
          dir="auto"
          maxLength={200}
          value={draft.owner}
          error={errorOf("owner")}
          onChange={(event) => write({ owner: event.currentTarget.value })}
        />
        <Aim draft={draft} write={write} errorOf={errorOf} />
        <Group grow align="flex-start">
          {(["since", "until"] as const).map((field) => (
            <TextInput
              key={field}
              type="date"
              label={t(`plans.${field}`)}
              required={field === "since"}
              value={draft[field]}
              error={errorOf(field)}
              onChange={(event) => write({ [field]: event.currentTarget.value })}
            />
          ))}
        </Group>
        {refused.whole && (
          <Alert role="alert" color="red" variant="light">
            {refused.whole}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("decide.cancel")}
          </Button>
          <Button type="submit" loading={planning.isPending}>
            {t("plans.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface PartProps {
  draft: Draft;
  write: (part: Partial<Draft>) => void;
  errorOf: (field: Field) => string | undefined;
}

function About({ journey, draft, write, errorOf }: PartProps & { journey: string }) {
  const { t, language } = useI18n();
  const { data: definition } = useDefinitionInFull(journey);
  const stages = definition?.stages ?? [];
  return (
    <Group grow align="flex-start">
      <Select
        label={t("plans.about")}
        required
        searchable
        allowDeselect={false}
        data={subjects(definition, language, t)}
        value={draft.about || null}
        error={errorOf("about")}
        onChange={(about) => about && write({ about, side: sideOf(about), ...(unitOf(about) !== unitOf(draft.about) && { value: "" }) })}
      />
      <Select
        label={t("plans.stage")}
        allowDeselect={false}
        data={[
          { value: "", label: t("plans.stage.all") },
          ...stages.map(({ key, title }) => ({ value: key, label: titleIn(language, titles(title), named(key)) })),
        ]}
        value={draft.stage}
        error={errorOf("stage")}
        onChange={(stage) => write({ stage: stage ?? "" })}
      />
    </Group>
  );
}

function Aim({ draft, write, errorOf }: PartProps) {
  const { t } = useI18n();
  const unit = unitOf(draft.about) as "share";
  return (
    <Group grow align="flex-start">
      <Select
        label={t("plans.side")}
        allowDeselect={false}
        data={(["at_most", "at_least"] as const).map((side) => ({ value: side, label: t(`plans.side.${side}`) }))}
        value={draft.side}
        onChange={(side) => side && write({ side })}
      />
      <NumberInput
        label={t("plans.value", { unit: t(`unit.${unit}`) })}
        required
        value={draft.value}
        error={errorOf("value")}
        onChange={(value) => write({ value })}
      />
    </Group>
  );
}

function subjects(definition: DefinitionInFull | undefined, language: "en" | "he", t: (key: Key, what?: { what: string }) => string) {
  const pains = (definition?.pain_points ?? []).map(({ key, title }) => ({
    value: `pain:${key}`,
    label: t("plans.about.pain", { what: titleIn(language, titles(title), named(key)) }),
  }));
  return [...pains, ...MEASURES.map((key) => ({ value: `measure:${key}`, label: t("plans.about.measure", { what: t(`measure.${key}`) }) }))];
}

function refusalOf(error: Error, unreachable: string): Errors {
  return error instanceof Problem ? refusedAt(error.field, error.detail || unreachable) : { whole: error.message };
}
