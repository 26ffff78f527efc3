import { Alert, Button, Group, List, Modal, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconEraser } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";

import { Problem } from "../api/problem";
import { useI18n } from "../i18n/I18n";
import { useErasing, useErasurePreview } from "./erasing";
import { LEAST_REASON, MOST_REASON } from "./identity/request";

/** Erases a person for ever, after what would go was shown, a reason given and a word typed. */
export function EraseButton({ id }: { id: string }) {
  const { t } = useI18n();
  const [opened, setOpened] = useState(false);
  const close = () => setOpened(false);
  return (
    <div>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconEraser size={15} aria-hidden />}
        onClick={() => setOpened(true)}
      >
        {t("erase.open")}
      </Button>
      <Modal.Root opened={opened} onClose={close} size={520} transitionProps={{ duration: 0 }}>
        <Modal.Overlay />
        <Modal.Content radius="lg">
          <Modal.Body p="lg">
            <Group justify="space-between" mb="md" wrap="nowrap">
              <Modal.Title fz="lg" fw={650}>
                {t("erase.title")}
              </Modal.Title>
              <Modal.CloseButton aria-label={t("decide.close")} />
            </Group>
            {opened && <Asking id={id} onClose={close} />}
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </div>
  );
}

const COUNTED = ["identifiers", "interactions", "decisions", "pins", "kept", "mentioned", "dead_letters"] as const;

function Asking({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useI18n();
  const [reason, setReason] = useState("");
  const [word, setWord] = useState("");
  const preview = useErasurePreview(id, true);
  const erasing = useErasing(id);
  const failed = erasing.error ?? preview.error;
  const ready = reason.trim().length >= LEAST_REASON && word.trim() === t("erase.word");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (ready && preview.data) erasing.mutate({ reason: reason.trim(), seal: preview.data.seal }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text>{t("erase.warning")}</Text>
        {preview.data && (
          <List size="sm">
            {COUNTED.filter((name) => preview.data.erases[name] > 0).map((name) => (
              <List.Item key={name}>
                {t(`erase.${name}`)}: <bdi>{preview.data.erases[name]}</bdi>
              </List.Item>
            ))}
          </List>
        )}
        <Textarea
          label={t("decide.reason")}
          description={t("erase.reason.hint")}
          required
          data-autofocus
          dir="auto"
          autosize
          minRows={2}
          maxLength={MOST_REASON}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <TextInput
          label={t("erase.confirm", { word: t("erase.word") })}
          required
          dir="auto"
          autoComplete="off"
          value={word}
          onChange={(event) => setWord(event.currentTarget.value)}
        />
        {failed && (
          <Alert role="alert" color="red" variant="light">
            {(failed instanceof Problem && failed.detail) || t("error.unreachable")}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("decide.cancel")}
          </Button>
          <Button type="submit" color="red.9" disabled={!ready || !preview.data} loading={erasing.isPending}>
            {t("erase.do")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
