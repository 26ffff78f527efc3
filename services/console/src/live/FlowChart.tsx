import { Text, useComputedColorScheme, useDirection } from "@mantine/core";
import { useElementSize, useReducedMotion } from "@mantine/hooks";
import { SankeyChart, type SankeySeriesOption } from "echarts/charts";
import { TooltipComponent, type TooltipComponentOption } from "echarts/components";
import { init, use as register, type ComposeOption, type ECharts } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

import type { Flow } from "../api/types";
import { useI18n, type I18n } from "../i18n/I18n";
import type { Figure, Open } from "../map/opened";
import { divide, type FlowLink } from "./flows";
import type { Titles } from "./titles";

register([SankeyChart, TooltipComponent, SVGRenderer]);

type Option = ComposeOption<SankeySeriesOption | TooltipComponentOption>;

const HEIGHT = 320;
const PALETTE = ["#6174e2", "#1098ad", "#12b886", "#f59f00", "#f76707", "#e64980", "#ae3ec9"];
const GATE = "#adb5bd";
const NODE = 14;
const MARGIN = 80;
const LEAST_LABEL = 48;
const LETTER = 6.5; // on average, in a label
const START = "\u0000start";
const END = "\u0000end";

/** Of a stage by its place; where journeys start and end has none. */
function colorOf(place: number): string {
  return PALETTE[place % PALETTE.length] ?? GATE;
}

/** Broken between words: the chart itself breaks words that are not in Latin letters anywhere, or not at all. */
function inLines(title: string, width: number): string {
  const lines: string[] = [];
  for (const word of title.split(" ")) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && longer.length * LETTER <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.join("\n");
}

interface FlowChartProps {
  flow: Flow;
  stages: readonly string[];
  titles: Titles;
  open: Open;
}

interface Drawing extends Omit<FlowChartProps, "open"> {
  width: number;
  mirrored: boolean;
  ink: string;
  still: boolean;
}

function titleOf(name: string, titles: Titles): string {
  if (name === START) return titles.start;
  return name === END ? titles.end : titles.of(name);
}

/** Links have no arrows, so that swapping their ends draws the same picture from right to left. */
function option({ flow, stages, titles, width, mirrored, ink, still }: Drawing): Option {
  const { onward } = divide(flow, stages);
  const ends = ({ from, to }: FlowLink) => [from ?? START, to ?? END] as const;
  const names = [...new Set([START, ...stages, ...onward.flatMap((link) => ends(link)), END])];
  const used = new Set(onward.flatMap((link) => ends(link)));
  const column = (width - MARGIN) / Math.max(1, used.size - 1) - NODE;
  return {
    animation: !still,
    animationDurationUpdate: 600,
    tooltip: {
      trigger: "item",
      formatter: (hovered) => {
        const item = Array.isArray(hovered) ? hovered[0] : hovered;
        const data = item?.data as { name?: string; value?: number; label?: string };
        return data.label ?? titleOf(data.name ?? "", titles);
      },
    },
    series: {
      type: "sankey",
      left: 8,
      right: MARGIN,
      ...(mirrored && { left: MARGIN, right: 8 }),
      top: 12,
      bottom: 12,
      nodeGap: 14,
      nodeWidth: NODE,
      nodeAlign: "justify",
      draggable: false,
      emphasis: { focus: "adjacency" },
      label: {
        position: mirrored ? "left" : "right",
        color: ink,
        fontFamily: "inherit",
        fontSize: 12,
        lineHeight: 15,
        formatter: ({ name }) => inLines(titleOf(name, titles), Math.max(LEAST_LABEL, column - 12)),
      },
      lineStyle: { color: "source", opacity: 0.32, curveness: 0.5 },
      data: names
        .filter((name) => used.has(name))
        .map((name) => ({
          name,
          itemStyle: { color: colorOf(stages.indexOf(name)), borderRadius: 4 },
        })),
      links: onward.map((link) => {
        const [from, to] = ends(link);
        const label = `${titleOf(from, titles)} ${mirrored ? "←" : "→"} ${titleOf(to, titles)}: ${link.count}`;
        return { source: mirrored ? to : from, target: mirrored ? from : to, value: link.count, label };
      }),
    },
  };
}

interface Clicked {
  name?: string;
  source?: string;
  target?: string;
}

/** What a link or a stage of the picture opens to; where journeys start and end is no stage. */
function clicked({ name, source, target }: Clicked, mirrored: boolean, titles: Titles, t: I18n["t"]): Figure | null {
  if (source !== undefined && target !== undefined) {
    const [from, to] = mirrored ? [target, source] : [source, target];
    const title = t("opens.link", { from: titleOf(from, titles), to: titleOf(to, titles) });
    return { title, from: from === START ? null : from, to: to === END ? null : to };
  }
  if (name === undefined || name === START || name === END) return null;
  return { title: t("opens.node", { stage: titles.of(name) }), cameTo: name };
}

/** Movement onwards as a Sankey diagram; what it shows is also in the table beside it. */
export default function FlowChart({ flow, stages, titles, open }: FlowChartProps) {
  const { t } = useI18n();
  const { ref: size, width } = useElementSize();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(null);
  const scheme = useComputedColorScheme("light");
  const mirrored = useDirection().dir === "rtl";
  const still = useReducedMotion();

  useEffect(() => {
    if (!place.current) return;
    const made = init(place.current, null, { renderer: "svg", height: HEIGHT });
    chart.current = made;
    return () => made.dispose();
  }, []);

  useEffect(() => {
    const ink = scheme === "dark" ? "#c9cdd6" : "#3b4252";
    chart.current?.setOption(option({ flow, stages, titles, width, mirrored, ink, still }));
  }, [flow, stages, titles, width, mirrored, scheme, still]);

  useEffect(() => {
    chart.current?.off("click");
    chart.current?.on("click", ({ data }) => {
      const figure = clicked(data as Clicked, mirrored, titles, t);
      if (figure) open(figure);
    });
  }, [mirrored, titles, t, open]);

  useEffect(() => {
    if (width > 0) chart.current?.resize({ width, height: HEIGHT });
  }, [width]);

  return (
    <div ref={size} dir="ltr" style={{ height: HEIGHT, position: "relative" }}>
      <div ref={place} style={{ height: HEIGHT }} aria-hidden />
      {flow.links.length === 0 && (
        <Text c="dimmed" ta="center" pos="absolute" inset={0} pt={HEIGHT / 2}>
          {t("live.flow.empty")}
        </Text>
      )}
    </div>
  );
}
