import type { Answering } from "../api/question";
import { useI18n } from "../i18n/I18n";
import { Customers } from "../map/Customers";
import { SideDrawer } from "../shell/SideDrawer";
import { Time } from "../text/Time";
import { useActedOn } from "./asking";
import type { Opened } from "./numbers";

interface ActedOnDrawerProps {
  journey: string;
  /** Null closes it. */
  opened: Answering<Opened> | null;
  onClose: () => void;
}

/** The customers whom an action was called for; each leads to the customer's own way. */
export function ActedOnDrawer({ journey, opened, onClose }: ActedOnDrawerProps) {
  const { t } = useI18n();
  return (
    <SideDrawer title={opened && t("facts.title", { what: `${opened.title} · ${t(`actions.state.${opened.state}`)}` })} onClose={onClose}>
      {opened && <ActedOn journey={journey} opened={opened} />}
    </SideDrawer>
  );
}

function ActedOn({ journey, opened }: { journey: string; opened: Answering<Opened> }) {
  const { t } = useI18n();
  return (
    <Customers
      journey={journey}
      found={useActedOn(journey, opened)}
      nobody={t("facts.none")}
      columns={[
        { title: t("actions.called"), cell: ({ at }) => <Time iso={at} /> },
        { title: t("actions.decided"), cell: ({ decided_at: decided }) => (decided ? <Time iso={decided} /> : "–") },
        {
          title: t("actions.contact"),
          cell: ({ contacted }) => (contacted === null ? "–" : t(contacted ? "actions.contact.yes" : "actions.contact.no")),
        },
      ]}
    />
  );
}
