import { Group, Modal } from "@mantine/core";
import { useState } from "react";

import { Problem } from "../../api/problem";
import type { Effect as EffectShape, Identifier, ProfileIdentifier } from "../../api/types";
import { useI18n, type I18n } from "../../i18n/I18n";
import { useDecide, usePreview } from "./decide";
import { DecisionForm } from "./DecisionForm";
import { Effect } from "./Effect";
import { errorsOf, type Errors } from "./fields";
import type { Proposal, Request } from "./proposal";
import { requestOf, type Filled } from "./request";

interface DecisionDialogProps {
  /** Null closes it. */
  proposal: Proposal | null;
  /** The identifiers of the person on the page, to choose from. */
  own: ProfileIdentifier[];
  onClose: () => void;
}

/** First the reason, then what would change, and only then the decision. */
export function DecisionDialog({ proposal, own, onClose }: DecisionDialogProps) {
  const { t } = useI18n();
  const [wide, setWide] = useState(false);
  const close = () => {
    setWide(false);
    onClose();
  };
  return (
    <Modal.Root opened={proposal !== null} onClose={close} size={wide ? 980 : 600} transitionProps={{ duration: 0 }}>
      <Modal.Overlay />
      <Modal.Content radius="lg">
        {/* Not the library's own header: it would be a second banner of the page. */}
        <Modal.Body p="lg">
          {proposal && (
            <>
              <Group justify="space-between" mb="md" wrap="nowrap">
                <Modal.Title fz="lg" fw={650}>
                  {titleOf(proposal, t)}
                </Modal.Title>
                <Modal.CloseButton aria-label={t("decide.close")} />
              </Group>
              <Deciding proposal={proposal} own={own} onWide={setWide} onClose={close} />
            </>
          )}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

/** What was looked at; `again` where it had changed since the first look. */
interface Tried {
  request: Request;
  effect: EffectShape;
  again: boolean;
}

interface DecidingProps extends DecisionDialogProps {
  proposal: Proposal;
  onWide: (wide: boolean) => void;
}

function Deciding({ proposal, own, onWide, onClose }: DecidingProps) {
  const { t } = useI18n();
  const [filled, setFilled] = useState(() => start(proposal, own));
  const [errors, setErrors] = useState<Errors>({});
  const [tried, setTried] = useState<Tried | null>(null);
  const preview = usePreview();
  const decide = useDecide();

  const show = (next: Tried | null) => {
    setTried(next);
    onWide(next !== null);
  };
  const refuse = (error: Error) => {
    const problem = error instanceof Problem ? error : new Problem(-1, error.message);
    setErrors(errorsOf(problem, t("error.unreachable")));
    show(null);
  };
  const tryIt = () => {
    const checked = requestOf(proposal, filled, t);
    if ("errors" in checked) {
      setErrors(checked.errors);
      return;
    }
    setErrors({});
    const { request } = checked;
    look(request, false);
  };
  const look = (request: Request, again: boolean) =>
    preview.mutate(request, { onSuccess: (effect) => show({ request, effect, again }), onError: refuse });
  const doIt = ({ request, effect }: Tried) => {
    const changed = (error: Error) => error instanceof Problem && error.status === 409 && error.field === "seal";
    const onError = (error: Error) => (changed(error) ? look(request, true) : refuse(error));
    decide.mutate({ ...request, seal: effect.seal }, { onSuccess: onClose, onError });
  };

  if (tried) {
    return (
      <Effect
        effect={tried.effect}
        again={tried.again}
        busy={decide.isPending || preview.isPending}
        onBack={() => show(null)}
        onDo={() => doIt(tried)}
      />
    );
  }
  return (
    <DecisionForm
      proposal={proposal}
      own={own}
      filled={filled}
      errors={errors}
      busy={preview.isPending}
      onChange={(changed) => setFilled({ ...filled, ...changed })}
      onSubmit={tryIt}
      onCancel={onClose}
    />
  );
}

function start(proposal: Proposal, own: readonly ProfileIdentifier[]): Filled {
  if (proposal.kind === "withdraw") return { a: undefined, b: undefined, reason: "" };
  const typed: Identifier = { namespace: "email", value: "" };
  const other = proposal.kind === "separate" ? own[1] : typed;
  return { a: proposal.a ?? own[0], b: proposal.b ?? other, reason: "" };
}

function titleOf(proposal: Proposal, t: I18n["t"]): string {
  return t(proposal.kind === "withdraw" ? "decide.withdraw.title" : `decide.${proposal.kind}`);
}
