import { useFactsBehind, type Fact } from "../api/behind";
import { useDefinition } from "../api/queries";
import type { Answering } from "../api/question";
import { happening } from "../i18n/happenings";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import { isChannel } from "../look/channels";
import { SideDrawer } from "../shell/SideDrawer";
import { shown } from "../plans/units";
import { Time } from "../text/Time";
import type { Figure } from "./opened";
import { saidKey, unitOf } from "./said";
import { Customers } from "./Customers";

interface FactsDrawerProps {
  journey: string;
  /** Null closes it. */
  figure: Answering<Figure> | null;
  onClose: () => void;
}

/** The customers and interactions behind a figure; each leads to the customer's own way. */
export function FactsDrawer({ journey, figure, onClose }: FactsDrawerProps) {
  const { t } = useI18n();
  return (
    <SideDrawer title={figure && t("facts.title", { what: figure.title })} onClose={onClose}>
      {figure && <Facts journey={journey} figure={figure} />}
    </SideDrawer>
  );
}

function Facts({ journey, figure }: { journey: string; figure: Answering<Figure> }) {
  const { t } = useI18n();
  return (
    <Customers
      journey={journey}
      found={useFactsBehind(journey, figure)}
      nobody={t("facts.none")}
      columns={[
        { title: t("way.when"), cell: ({ at }) => <Time iso={at} /> },
        { title: t(saidKey(figure)), cell: (fact) => <Said journey={journey} fact={fact} unit={unitOf(figure)} />, numbers: true },
      ]}
    />
  );
}

/** What a line says of itself, beside whose it is. */
function Said({ journey, fact, unit }: { journey: string; fact: Fact; unit: string }) {
  const { t, language } = useI18n();
  const definition = useDefinition(journey);
  if (fact.value !== undefined) return shown(fact.value, unit, language);
  if (fact.touchpoint !== undefined) return happening(fact.touchpoint, language);
  if (fact.stage !== undefined) {
    const title = titleIn(language, definition?.stages.find(({ key }) => key === fact.stage)?.title, fact.stage);
    return fact.status === "abandoned" ? `${title} · ${t("live.abandoned")}` : title;
  }
  return fact.channel && isChannel(fact.channel) ? t(`channel.${fact.channel}`) : "–";
}
