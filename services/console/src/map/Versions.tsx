import { Table } from "@mantine/core";

import { useVersions } from "../api/queries";
import { useI18n } from "../i18n/I18n";
import { Time } from "../text/Time";
import classes from "./Map.module.css";

const FEW = 8;

/** Which versions the definition has had, and what each changed. */
export function Versions({ journey }: { journey: string }) {
  const { t } = useI18n();
  const { data } = useVersions(journey);
  const items = data?.items ?? [];
  const now = items[0];
  if (!now) return null;
  return (
    <details className={classes.versions}>
      <summary>
        {t("versions.now", { version: String(now.version) })} <Time iso={now.since} form="date" />
      </summary>
      <Table>
        <thead>
          <tr>
            <th scope="col">{t("versions.version")}</th>
            <th scope="col">{t("versions.since")}</th>
            <th scope="col">{t("versions.changed")}</th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ version, since, changed }) => (
            <tr key={version}>
              <td className="numbers">{version}</td>
              <td>
                <Time iso={since} form="moment" />
              </td>
              <td>
                <bdi>{changed === null ? "–" : changed.slice(0, FEW).join(", ")}</bdi>
                {changed !== null && changed.length > FEW && ` ${t("map.more", { n: changed.length - FEW })}`}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </details>
  );
}
