import { Skeleton, Text } from "@mantine/core";

import { useDuplicate } from "../api/queries";
import type { WeightLine } from "../api/types";
import { useI18n, type I18n } from "../i18n/I18n";
import { STEWARDS } from "../session/roles";
import { Refused } from "../shell/Refused";
import classes from "./Duplicates.module.css";
import { bits, share, widest } from "./figures";
import { fieldTitle, levelTitle } from "./words";

/** What each field says: for one person to the one side, against it to the other; it adds up to the weight. */
export function Weights({ a, b }: { a: string; b: string }) {
  const { t, language } = useI18n();
  const { data, error, refetch } = useDuplicate(a, b);
  if (error) return <Refused error={error} needed={STEWARDS} again={() => void refetch()} />;
  if (!data) return <Skeleton height={160} mt="md" />;
  const most = widest(data.lines);
  return (
    <div className={classes.scroll}>
      <table className={classes.weights}>
        <caption className={classes.caption}>{t("duplicates.table")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("duplicates.field")}</th>
            <th scope="col">{t("duplicates.first")}</th>
            <th scope="col">{t("duplicates.second")}</th>
            <th scope="col" className={classes.scale}>
              <span>{t("duplicates.against")}</span>
              <span>{t("duplicates.for")}</span>
            </th>
            <th scope="col">{t("duplicates.bits")}</th>
          </tr>
        </thead>
        <tbody>
          {data.lines.map((line) => (
            <Line key={line.field} line={line} most={most} t={t} figure={bits(line.bits, language)} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={4}>
              {t("duplicates.sum")}
            </th>
            <td className={classes.figure}>
              <bdi dir="ltr">{bits(data.weight, language)}</bdi>
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function Line({ line, most, t, figure }: { line: WeightLine; most: number; t: I18n["t"]; figure: string }) {
  return (
    <tr>
      <th scope="row">
        {fieldTitle(line.field, t)}
        <Text fz="xs" c="dimmed">
          {levelTitle(line.level, t)}
        </Text>
      </th>
      <td>
        <bdi className="whole">{line.a}</bdi>
      </td>
      <td>
        <bdi className="whole">{line.b}</bdi>
      </td>
      <td>
        <span className={classes.bar} aria-hidden>
          <span
            className={classes.fill}
            data-side={line.bits < 0 ? "against" : "for"}
            style={{ inlineSize: `${share(line.bits, most)}%` }}
          />
        </span>
      </td>
      <td className={classes.figure}>
        <bdi dir="ltr">{figure}</bdi>
      </td>
    </tr>
  );
}
