import type { Answering } from "../api/question";
import { happening } from "../i18n/happenings";
import { useI18n } from "../i18n/I18n";
import { Customers } from "../map/Customers";
import { UNITS } from "../plans/subject";
import { shown } from "../plans/units";
import { SideDrawer } from "../shell/SideDrawer";
import { Time } from "../text/Time";
import { useFactsOfGroup } from "./asking";
import type { Opened } from "./groups";

interface FactsOfGroupProps {
  journey: string;
  /** Null closes it. */
  opened: Answering<Opened> | null;
  onClose: () => void;
}

/** The customers and interactions behind a figure; each leads to the customer's own way. */
export function FactsOfGroup({ journey, opened, onClose }: FactsOfGroupProps) {
  const { t } = useI18n();
  return (
    <SideDrawer title={opened && t("facts.title", { what: opened.title })} onClose={onClose}>
      {opened && <Facts journey={journey} opened={opened} />}
    </SideDrawer>
  );
}

function Facts({ journey, opened }: { journey: string; opened: Answering<Opened> }) {
  const { t, language } = useI18n();
  return (
    <Customers
      journey={journey}
      found={useFactsOfGroup(journey, opened)}
      nobody={t("facts.none")}
      columns={[
        { title: t("way.what"), cell: ({ touchpoint }) => happening(touchpoint, language) },
        { title: t("way.when"), cell: ({ at }) => <Time iso={at} /> },
        { title: t("facts.value"), cell: ({ value }) => shown(value, UNITS[opened.measure], language), numbers: true },
      ]}
    />
  );
}
