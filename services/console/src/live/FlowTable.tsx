import { Table } from "@mantine/core";

import type { Flow } from "../api/types";
import { useI18n } from "../i18n/I18n";
import type { Open } from "../map/opened";
import { Opens } from "../map/Opens";
import classes from "./Live.module.css";
import type { Titles } from "./titles";

interface FlowTableProps {
  flow: Flow;
  titles: Titles;
  open: Open;
}

/** The flow as numbers, for those who do not see the picture or want to know who it was. */
export function FlowTable({ flow, titles, open }: FlowTableProps) {
  const { t, language } = useI18n();
  return (
    <details className={classes.asTable}>
      <summary>{t("live.table")}</summary>
      <Table>
        <thead>
          <tr>
            <th scope="col">{t("live.from")}</th>
            <th scope="col">{t("live.to")}</th>
            <th scope="col">{t("live.count")}</th>
          </tr>
        </thead>
        <tbody>
          {flow.links.map(({ from, to, count }) => {
            const [start, end] = [from === null ? titles.start : titles.of(from), to === null ? titles.end : titles.of(to)];
            return (
              <tr key={`${from ?? ""} ${to ?? ""}`}>
                <td>{start}</td>
                <td>{end}</td>
                <td className="numbers">
                  <Opens figure={{ title: t("opens.link", { from: start, to: end }), from, to }} open={open}>
                    {count.toLocaleString(language)}
                  </Opens>
                </td>
              </tr>
            );
          })}
          {flow.nodes.map(({ stage, count }) => (
            <tr key={stage}>
              <td>{t("opens.anywhere")}</td>
              <td>{titles.of(stage)}</td>
              <td className="numbers">
                <Opens figure={{ title: t("opens.node", { stage: titles.of(stage) }), cameTo: stage }} open={open} empty={count === 0}>
                  {count.toLocaleString(language)}
                </Opens>
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </details>
  );
}
