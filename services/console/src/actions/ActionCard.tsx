import { Text, Title, UnstyledButton } from "@mantine/core";
import { useId } from "react";

import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import classes from "./Actions.module.css";
import { partsOf, type Action, type Opened, type State } from "./numbers";
import { OutcomeOf } from "./OutcomeOf";

export type Open = (opened: Opened) => void;

/** One action: what became of it, and whether it helped. */
export function ActionCard({ action, open }: { action: Action; open: Open }) {
  const { t, language } = useI18n();
  const heading = useId();
  const title = titleIn(language, action.title, action.action);
  const parts = partsOf(action);
  const whole = parts.reduce((sum, { times }) => sum + times, 0);
  const number = (state: State, times: number) => (
    <Number key={state} state={state} times={times} onOpen={() => open({ action: action.action, title, state, watched: false })} />
  );
  return (
    <article className="card" aria-labelledby={heading}>
      <Title order={2} size="h4" id={heading} className="said">
        {title}
      </Title>
      <Text fz="sm" c="dimmed">
        {t(`actions.on.${action.on}`)} · {t("actions.to", { target: action.to })}
      </Text>
      {whole === 0 ? (
        <Text mt="sm" c="dimmed">
          {t("actions.never")}
        </Text>
      ) : (
        <>
          <div className={classes.bar} aria-hidden>
            {parts.map(({ state, times }) => (
              <i key={state} data-state={state} style={{ flexGrow: times }} />
            ))}
          </div>
          <dl className={classes.parts}>
            {parts.map(({ state, times }) => number(state, times))}
            {action.failed > 0 && number("failed", action.failed)}
          </dl>
          <OutcomeOf action={action} title={title} open={open} />
        </>
      )}
    </article>
  );
}

function Number({ state, times, onOpen }: { state: State; times: number; onOpen: () => void }) {
  const { t, language } = useI18n();
  const name = t(`actions.state.${state}`);
  return (
    <div className={classes.part} data-state={state} title={t(`actions.state.${state}.hint`)}>
      <dt>{name}</dt>
      <dd>
        {times > 0 ? (
          <UnstyledButton className={`${classes.opens ?? ""} numbers`} aria-label={t("actions.open", { n: times, what: name })} onClick={onOpen}>
            {times.toLocaleString(language)}
          </UnstyledButton>
        ) : (
          <span className="numbers">0</span>
        )}
      </dd>
    </div>
  );
}
