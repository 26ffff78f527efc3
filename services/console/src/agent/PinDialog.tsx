import { Alert, Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState, type SubmitEvent } from "react";

import { Problem } from "../api/problem";
import { useI18n } from "../i18n/I18n";
import { plain } from "../text/plain";
import { errorsOf } from "./identity/fields";
import { LEAST_REASON, MOST_REASON } from "./identity/request";
import { usePinning, type Pinning } from "./pinning";
import { Provenance } from "./Provenance";
import { traitTitle } from "./traitTitles";

interface PinDialogProps {
  id: string;
  /** Null closes it. */
  pinning: Pinning | null;
  onClose: () => void;
}

/** Asks why, before a value is pinned or a pin is taken back. */
export function PinDialog({ id, pinning, onClose }: PinDialogProps) {
  const { t } = useI18n();
  return (
    <Modal.Root opened={pinning !== null} onClose={onClose} size={520} transitionProps={{ duration: 0 }}>
      <Modal.Overlay />
      <Modal.Content radius="lg">
        <Modal.Body p="lg">
          {pinning && (
            <>
              <Group justify="space-between" mb="md" wrap="nowrap">
                <Modal.Title fz="lg" fw={650}>
                  {t(pinning.withdraws ? "pin.withdraw.title" : "pin.title")}
                </Modal.Title>
                <Modal.CloseButton aria-label={t("decide.close")} />
              </Group>
              <Asking id={id} pinning={pinning} onClose={onClose} />
            </>
          )}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function Asking({ id, pinning, onClose }: PinDialogProps & { pinning: Pinning }) {
  const { t } = useI18n();
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const change = usePinning(id);
  const refused = change.error && errorsOf(asProblem(change.error), t("error.unreachable"));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const short = reason.trim().length < LEAST_REASON;
    setMissing(short);
    if (!short) change.mutate({ ...pinning, reason: reason.trim() }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <div>
          <Text fz="sm" c="dimmed">
            {traitTitle(pinning.trait, t)}
          </Text>
          <Text fw={550} className="whole">
            <bdi>{plain(pinning.value.value)}</bdi>
          </Text>
          <Provenance value={pinning.value} />
        </div>
        <Textarea
          label={t("decide.reason")}
          description={t("decide.reason.hint")}
          error={missing ? t("decide.reason.missing") : refused?.reason}
          required
          data-autofocus
          dir="auto"
          autosize
          minRows={2}
          maxLength={MOST_REASON}
          value={reason}
          onChange={(event) => {
            setReason(event.currentTarget.value);
            setMissing(false);
          }}
        />
        {refused?.whole && (
          <Alert role="alert" color="red" variant="light">
            {refused.whole}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("decide.cancel")}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {t(pinning.withdraws ? "pin.withdraw.do" : "pin.do")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function asProblem(error: Error): Problem {
  return error instanceof Problem ? error : new Problem(-1, error.message);
}
