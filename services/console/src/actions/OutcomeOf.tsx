import { Text, UnstyledButton } from "@mantine/core";

import { useI18n } from "../i18n/I18n";
import { percent } from "../map/percent";
import { duration } from "../text/time";
import type { Open } from "./ActionCard";
import classes from "./Actions.module.css";
import { rate, secondsOf, type Action, type State } from "./numbers";

interface OutcomeProps {
  action: Action;
  title: string;
  open: Open;
}

/** Whether who was reached made contact nevertheless, beside who was not; and how sure one can be. */
export function OutcomeOf({ action, title, open }: OutcomeProps) {
  const { t, language } = useI18n();
  const { within, reached, comparison, compared } = action.outcome;
  const group = (state: State, name: string, { customers, contacted }: typeof reached) => (
    <Rate
      key={state}
      name={name}
      customers={customers}
      contacted={contacted}
      now={state === "requested"}
      onOpen={() => open({ action: action.action, title, state, watched: true })}
    />
  );
  return (
    <section className={classes.outcome} aria-label={t("actions.outcome.of", { title })}>
      <Text fz="sm" fw={600}>
        {t("actions.outcome", { time: duration(secondsOf(within), language) })}
      </Text>
      {group("requested", t("actions.reached"), reached)}
      {comparison && group(comparison, t(`actions.compared.${comparison}`), compared)}
      <Prevented action={action} />
      {comparison && (
        <Text fz="xs" c="dimmed">
          {t(`actions.compared.${comparison}.hint`)}
        </Text>
      )}
    </section>
  );
}

interface RateProps {
  name: string;
  customers: number;
  contacted: number;
  now: boolean;
  onOpen: () => void;
}

function Rate({ name, customers, contacted, now, onOpen }: RateProps) {
  const { t, language } = useI18n();
  const share = rate({ customers, contacted });
  return (
    <div className={classes.rate} data-now={now}>
      <span className={classes.name}>{name}</span>
      <div className={classes.track} aria-hidden>
        <i style={{ inlineSize: `${100 * (share ?? 0)}%` }} />
      </div>
      {share === null ? (
        <span className={classes.fine}>{t("actions.nobody.yet")}</span>
      ) : (
        <UnstyledButton className={`${classes.opens ?? ""} ${classes.of ?? ""} numbers`} title={t("facts.open")} onClick={onOpen}>
          <strong>{percent(share, language)}</strong> {t("actions.contacted", { contacted, n: customers })}
        </UnstyledButton>
      )}
    </div>
  );
}

/** A number without its interval would be read as if it were sure. */
function Prevented({ action: { outcome } }: { action: Action }) {
  const { t, language } = useI18n();
  const { comparison, prevented, prevented_low: low, prevented_high: high } = outcome;
  const text = (value: number) => value.toLocaleString(language, { maximumFractionDigits: 1 });
  if (comparison === null) return <Text fz="sm">{t("actions.compared.none")}</Text>;
  if (prevented === null) return <Text fz="sm">{t("actions.prevented.unknown")}</Text>;
  return (
    <Text fz="sm" className="numbers">
      <strong>{t("actions.prevented", { what: text(prevented) })}</strong>{" "}
      {low !== null && high !== null ? t("actions.prevented.range", { low: text(low), high: text(high) }) : t("actions.prevented.few")}{" "}
      {low !== null && high !== null && low <= 0 && high >= 0 && t("actions.prevented.unclear")}
    </Text>
  );
}
