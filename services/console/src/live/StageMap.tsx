import { Skeleton, useDirection } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";

import { opening, type Answering } from "../api/question";
import type { Flow, Funnel } from "../api/types";
import { useI18n } from "../i18n/I18n";
import type { Figure, Open } from "../map/opened";
import { Opens } from "../map/Opens";
import classes from "./StageMap.module.css";
import { lineOf, MAP_HEIGHT, pointOf, sizeOf, thicknessOf, type Geometry } from "./geometry";
import { Travellers } from "./Travellers";
import type { Titles } from "./titles";
import type { Moved } from "./transition";

interface StageMapProps {
  name: string;
  stages: readonly string[];
  titles: Titles;
  funnel: Answering<Funnel> | undefined;
  flow: Flow | undefined;
  moves: Moved[];
  open: (figure: Answering<Figure>) => void;
}

/** Where customers are now: a circle for each stage, a line for each way, a dot for each one who moves. */
export function StageMap({ name, stages, titles, funnel, flow, moves, open }: StageMapProps) {
  const { t } = useI18n();
  const { ref, width } = useElementSize();
  const mirrored = useDirection().dir === "rtl";
  const geometry: Geometry = { width, stages, mirrored };
  return (
    <div className={classes.scroll}>
      <div ref={ref} className={classes.map} style={{ height: MAP_HEIGHT, minWidth: 110 * (stages.length + 1) }}>
        {!funnel && <Skeleton height={MAP_HEIGHT} />}
        {funnel && width > 0 && (
          <>
            <Ways flow={flow} geometry={geometry} />
            <Travellers moves={moves} geometry={geometry} />
            <ol className={classes.nodes} aria-label={t("live.map.label", { journey: name })}>
              {stages.map((stage) => (
                <Node key={stage} stage={stage} title={titles.of(stage)} funnel={funnel} geometry={geometry} open={opening<Figure>(funnel, open)} />
              ))}
            </ol>
            <Gate point={pointOf(null, "from", geometry)} title={titles.start} />
            <Gate point={pointOf(null, "to", geometry)} title={titles.end} />
          </>
        )}
      </div>
    </div>
  );
}

function Ways({ flow, geometry }: { flow: Flow | undefined; geometry: Geometry }) {
  const links = flow?.links.filter(({ count }) => count > 0) ?? [];
  const most = Math.max(1, ...links.map(({ count }) => count));
  const order = (stage: string | null, none: number) => (stage === null ? none : geometry.stages.indexOf(stage));
  return (
    <svg className={classes.ways} width={geometry.width} height={MAP_HEIGHT} aria-hidden>
      {links.map(({ from, to, count }) => {
        const back = order(to, geometry.stages.length) <= order(from, -1);
        const kind = to === null ? classes.leaving : back ? classes.back : classes.onward;
        return (
          <path
            key={`${from ?? ""} ${to ?? ""}`}
            className={kind}
            d={lineOf(from, to, geometry)}
            strokeWidth={thicknessOf(count, most)}
          />
        );
      })}
    </svg>
  );
}

interface NodeProps {
  stage: string;
  title: string;
  funnel: Funnel;
  geometry: Geometry;
  open: Open;
}

function Node({ stage, title, funnel, geometry, open }: NodeProps) {
  const { t, language } = useI18n();
  const most = Math.max(...funnel.stages.map(({ now }) => now));
  const now = funnel.stages.find((each) => each.stage === stage)?.now ?? 0;
  const { x, y } = pointOf(stage, "to", geometry);
  const size = sizeOf(now, most);
  return (
    <li className={classes.node} style={{ left: x, top: y }} aria-label={t("live.map.node", { stage: title, n: now })}>
      <span className={classes.circle} style={{ width: size, height: size }} data-stage={stage}>
        <span key={now} className={classes.count}>
          <Opens figure={{ title: t("opens.now", { stage: title }), funnel: "now", stage }} open={open} empty={now === 0}>
            {now.toLocaleString(language)}
          </Opens>
        </span>
      </span>
      <span className={classes.title}>{title}</span>
    </li>
  );
}

function Gate({ point, title }: { point: { x: number; y: number }; title: string }) {
  return (
    <span className={classes.gate} style={{ left: point.x, top: point.y }} aria-hidden>
      <span className={classes.gateTitle}>{title}</span>
    </span>
  );
}
