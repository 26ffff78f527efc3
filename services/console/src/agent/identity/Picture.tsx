import { Anchor, ThemeIcon } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { Link } from "wouter";

import type { Identity } from "../../api/types";
import { useI18n } from "../../i18n/I18n";
import { NamespaceIcon } from "../../look/NamespaceIcon";
import { namespaceTitle } from "../../look/namespaces";
import { Time } from "../../text/Time";
import { reasonInWords } from "../reasons";
import classes from "./Picture.module.css";
import { arrange, grow, type Branch, type Evidence, type Place } from "./tree";

const NODE = 208;
const GAP = { least: 100, most: 220 };
const HEIGHT = { known: 68, held: 132 };
const BEND = 0.18; // the part of a gap in which a line turns; along the rest it is straight and has its words
const MOST = 40;
const KINDS: readonly Evidence["kind"][] = ["verified", "claimed", "confirmed", "held"];

/** The identifiers from the strongest outwards, along the evidence that made them one person. */
export function Picture({ identity }: { identity: Identity }) {
  const { t } = useI18n();
  const { ref, width } = useElementSize();
  const { branches, left } = grow(identity, MOST);
  const { places, height } = arrange(branches, ({ by }) => (by?.kind === "held" ? HEIGHT.held : HEIGHT.known));
  const columns = 1 + Math.max(0, ...branches.map(({ depth }) => depth));
  const gap = Math.min(GAP.most, Math.max(GAP.least, (width - columns * NODE) / Math.max(1, columns - 1)));
  const whole = columns * NODE + (columns - 1) * gap;
  const ys = new Map(places.map(({ branch, y }) => [branch.key, y]));
  return (
    <figure style={{ margin: 0 }} aria-label={t("identity.picture")}>
      <div ref={ref} className={classes.scroll} {...(whole > width ? { tabIndex: 0, role: "group", "aria-label": t("identity.picture") } : {})}>
        <div className={classes.canvas} style={{ blockSize: height, inlineSize: whole }}>
          <svg className={classes.lines} width={whole} height={height} aria-hidden>
            {places.map(({ branch, y }) => (
              <Line key={branch.key} branch={branch} from={ys.get(branch.parent ?? "")} to={y} gap={gap} />
            ))}
          </svg>
          {places.map((place) => (
            <Node key={place.branch.key} place={place} gap={gap} />
          ))}
        </div>
      </div>
      <figcaption className={classes.legend}>
        {KINDS.filter((kind) => branches.some(({ by }) => by?.kind === kind)).map((kind) => (
          <span key={kind}>
            <svg width={30} height={6} aria-hidden>
              <path className={classes.sample} data-kind={kind} d="M0 3H30" />
            </svg>
            {t(`identity.line.${kind}`)}
          </span>
        ))}
        {left > 0 && <span>{t("identity.more", { n: left })}</span>}
      </figcaption>
    </figure>
  );
}

interface LineProps {
  branch: Branch;
  from: number | undefined;
  to: number;
  gap: number;
}

function Line({ branch, from, to, gap }: LineProps) {
  if (from === undefined) return null;
  const end = branch.depth * (NODE + gap);
  const start = end - gap;
  const bend = gap * BEND;
  const d = `M${start} ${from}C${start + bend} ${from} ${start} ${to} ${start + bend} ${to}H${end}`;
  return <path className={classes.line} data-kind={branch.by?.kind} d={d} />;
}

function Node({ place: { branch, y }, gap }: { place: Place; gap: number }) {
  const { t } = useI18n();
  const { identifier, by, depth } = branch;
  const start = depth * (NODE + gap);
  const title = namespaceTitle(identifier.namespace, t);
  const held = by?.kind === "held" ? by.link : null;
  return (
    <>
      {by && (
        <div
          className={classes.edge}
          style={{ top: y, insetInlineStart: start - gap * (1 - BEND), inlineSize: gap * (1 - BEND) - 4 }}
        >
          <Words by={by} />
        </div>
      )}
      <div
        className={classes.node}
        style={{ top: y, insetInlineStart: start, inlineSize: NODE }}
        data-root={depth === 0 || undefined}
        data-held={held !== null || undefined}
      >
        <ThemeIcon variant="light" color={held ? "orange" : depth === 0 ? "kesher" : "gray"} radius="md" size={24}>
          <NamespaceIcon namespace={identifier.namespace} size={15} />
        </ThemeIcon>
        <span className={classes.text}>
          <span className={classes.value}>
            <bdi dir="ltr">{identifier.value}</bdi>
          </span>
          <span className={classes.small}>{title}</span>
          {held && <span className={classes.small}>{reasonInWords(held, t)}</span>}
          {held?.profile_id && (
            <Anchor component={Link} href={`/agent/${held.profile_id}`} fz={12}>
              {t("held.other")}
            </Anchor>
          )}
        </span>
      </div>
    </>
  );
}

/** Above the line who said it, below it when. */
function Words({ by }: { by: Evidence }) {
  const { t } = useI18n();
  const [who, when] =
    by.kind === "confirmed" ? [t("role.steward"), by.decision.made_at] : [by.link.source, by.link.first_seen];
  return (
    <>
      <span title={who}>
        <bdi>{who}</bdi>
      </span>
      <span>
        <Time iso={when} form="date" />
      </span>
    </>
  );
}
