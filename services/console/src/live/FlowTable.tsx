import { Table, VisuallyHidden } from "@mantine/core";

import type { Flow } from "../api/types";
import { useI18n } from "../i18n/I18n";
import type { Titles } from "./titles";

/** The flow for those who do not see the picture. */
export function FlowTable({ flow, titles }: { flow: Flow; titles: Titles }) {
  const { t } = useI18n();
  return (
    <VisuallyHidden>
      <Table>
        <caption>{t("live.table")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("live.from")}</th>
            <th scope="col">{t("live.to")}</th>
            <th scope="col">{t("live.count")}</th>
          </tr>
        </thead>
        <tbody>
          {flow.links.map(({ from, to, count }) => (
            <tr key={`${from ?? ""} ${to ?? ""}`}>
              <td>{from === null ? titles.start : titles.of(from)}</td>
              <td>{to === null ? titles.end : titles.of(to)}</td>
              <td>{count}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </VisuallyHidden>
  );
}
