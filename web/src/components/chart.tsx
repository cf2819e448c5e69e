// A time chart over uPlot: several series with one unit, hover values, the theme's colours, the width of its box.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { absolute } from "../format";
import { darkNow } from "../store/theme";

export interface Series {
  label: string;
  values: (number | null)[];
}

interface Props {
  label: string;
  times: number[]; // seconds
  series: Series[];
  format: (value: number) => string;
  height?: number;
  /** The top of the scale if the values stay below it: 1 for a ratio. */
  max?: number;
  /** Sizes: the scale's steps are powers of two. */
  binary?: boolean;
  /** Charts with one key show the cursor at the same time. */
  syncKey?: string;
}

export function Chart(props: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const dark = darkNow.value;
  const shape = props.series.map((one) => one.label).join("\n");

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const chart = new uPlot(options(latest, element), data(latest.current), element);
    plot.current = chart;
    const observer = new ResizeObserver(() => {
      const width = element.clientWidth;
      if (width > 0 && width !== chart.width) chart.setSize({ width, height: chart.height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [shape, dark, props.height]);

  useEffect(() => {
    const chart = plot.current;
    if (!chart) return;
    // While somebody has zoomed in, the window of the time stays where they put it.
    const zoomed = isZoomed(chart);
    chart.setData(data(props), !zoomed);
    if (zoomed) chart.redraw();
    showLast(chart);
  }, [props.times, props.series]);

  const last = props.series.map((one) => `${one.label} ${formatted(props, one.values.at(-1))}`).join(", ");
  return <div ref={box} class="chart" role="img" aria-label={`${props.label}. Now: ${last || "nothing yet"}`} />;
}

/** While nothing is hovered the legend has the values of now. */
function showLast(chart: uPlot): void {
  if (chart.cursor.idx == null) chart.setLegend({ idx: chart.data[0].length - 1 });
}

function isZoomed(chart: uPlot): boolean {
  const times = chart.data[0];
  const { min, max } = chart.scales.x ?? {};
  if (min == null || max == null || times.length === 0) return false;
  return min > times[0]! || max < times.at(-1)!;
}

function formatted(props: Props, value: number | null | undefined): string {
  return value == null ? "–" : props.format(value);
}

function data(props: Props): uPlot.AlignedData {
  return [props.times, ...props.series.map((one) => one.values)] as uPlot.AlignedData;
}

function options(latest: { current: Props }, element: HTMLElement): uPlot.Options {
  const props = latest.current;
  const style = getComputedStyle(element);
  const colour = (name: string) => resolved(element, `var(--${name})`);
  const font = `11px ${style.fontFamily}`;
  const axis = {
    stroke: colour("text-muted"),
    font,
    grid: { stroke: colour("border"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth || 600,
    height: props.height ?? 220,
    cursor: {
      drag: { x: true, y: false, setScale: true },
      sync: props.syncKey ? { key: props.syncKey } : undefined,
      points: { size: 6 },
    },
    legend: { live: true },
    hooks: { setCursor: [showLast], ready: [showLast] },
    // Half a time fits beside the last tick.
    padding: [8, 20, 0, 0],
    scales: {
      x: { time: true },
      y: { range: (_, __, top) => [0, Math.max(top * 1.08, latest.current.max ?? 0) || 1] },
    },
    axes: [
      { ...axis, size: 42, space: 80, values: kTimeAxis },
      {
        ...axis,
        size: 72,
        incrs: props.binary ? kBinarySteps : undefined,
        values: (_, ticks) => ticks.map((tick) => latest.current.format(tick)),
      },
    ],
    series: [
      { label: "Time", value: (_, time) => (time == null ? "–" : absolute(time * 1000)) },
      ...props.series.map((one, index) => ({
        // The heading says already what a single series is.
        label: props.series.length === 1 ? "Value" : one.label,
        stroke: colour(`series-${(index % 6) + 1}`),
        width: 1.5,
        fill: props.series.length === 1 ? faint(colour("series-1")) : undefined,
        // Where nothing was sampled, or a ratio had nothing to count, there is a gap.
        spanGaps: false,
        points: { show: true, filter: alone, size: 4 },
        value: (_: uPlot, value: number | null) => formatted(latest.current, value),
      })),
    ],
  };
}

/** A value between two gaps has no line: it is drawn as a point. */
const alone: uPlot.Series.Points.Filter = (chart, index) => {
  const values = chart.data[index] ?? [];
  return [...values.keys()].filter((at) => values[at] != null && values[at - 1] == null && values[at + 1] == null);
};

const kBinarySteps = Array.from({ length: 55 }, (_, power) => 2 ** power);

// Increment in seconds and the form of its ticks: ISO dates and a 24-hour clock, a date where a day begins.
const kTimeAxis: uPlot.Axis.Values = [
  [86400, "{YYYY}-{MM}-{DD}", null, null, null, null, null, null, 1],
  [60, "{HH}:{mm}", null, null, "\n{YYYY}-{MM}-{DD}", null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", null, null, "\n{YYYY}-{MM}-{DD}", null, null, null, 1],
];

/** The colour that a variable stands for in the theme of now: canvas knows no variables. */
function resolved(element: HTMLElement, value: string): string {
  const probe = document.createElement("span");
  probe.style.color = value;
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function faint(colour: string): string {
  return colour.replace(/^rgb\((.*)\)$/, "rgba($1, 0.12)");
}
