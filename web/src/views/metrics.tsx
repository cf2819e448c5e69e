// The sampled history as charts, each with the query that gives the same from Prometheus.
import { useMemo } from "preact/hooks";
import type { MetricsHistory, MetricsRange, Series } from "../api/schema.gen";
import { CopyButton, EmptyState, Panel, Segments } from "../components/basics";
import { Chart } from "../components/chart";
import { Loaded } from "../components/loaded";
import { zone } from "../format";
import { useLive } from "../store/live";
import { useResource } from "../store/resource";
import { query, setQuery } from "../store/router";
import { formatOf, lastPart, smoothed, timesOf } from "../store/series";

interface Range {
  value: string;
  label: string;
  /** The history that holds it, and how much of that is shown. */
  from: MetricsRange;
  spanMs: number;
}

const kHour = 3_600_000;
const kRanges: Range[] = [
  { value: "10m", label: "10 min", from: "10m", spanMs: 600_000 },
  { value: "1h", label: "1 h", from: "6h", spanMs: kHour },
  { value: "6h", label: "6 h", from: "6h", spanMs: 6 * kHour },
  { value: "24h", label: "24 h", from: "7d", spanMs: 24 * kHour },
  { value: "7d", label: "7 d", from: "7d", spanMs: 7 * 24 * kHour },
];

export function Metrics() {
  const wanted = query.value.get("range");
  const range = kRanges.find((one) => one.value === wanted) ?? kRanges[0]!;
  return (
    <div class="screen">
      <div class="screen-head">
        <h1>Metrics</h1>
        <span class="muted small grow">Times in {zone()}. Drag across a chart to zoom, double-click to zoom out.</span>
        <Segments
          label="Range"
          choices={kRanges}
          value={range.value}
          onChange={(value) => setQuery({ range: value === "10m" ? null : value })}
        />
      </div>
      {range.value === "10m" ? <LiveCharts /> : <PastCharts key={range.from} range={range} />}
    </div>
  );
}

function LiveCharts() {
  return <Loaded from={useLive("metrics")}>{(data) => <Charts history={data} />}</Loaded>;
}

function PastCharts({ range }: { range: Range }) {
  const history = useResource("GET /metrics/history", { query: { range: range.from }, everyMs: 10_000 });
  const part = useMemo(() => history.data && lastPart(history.data, range.spanMs), [history.data, range]);
  return <Loaded from={{ ...history, data: part }}>{(data) => <Charts history={data} />}</Loaded>;
}

function Charts({ history }: { history: MetricsHistory }) {
  if (history.series.length === 0) {
    return (
      <EmptyState title="No samples yet">
        The daemon starts sampling when it starts. Look again in a few seconds.
      </EmptyState>
    );
  }
  const times = timesOf(history);
  return (
    <div class="columns charts">
      {history.series.map((series) => (
        <OneChart key={series.key} series={series} times={times} stepMs={history.stepMs} />
      ))}
    </div>
  );
}

function OneChart({ series, times, stepMs }: { series: Series; times: number[]; stepMs: number }) {
  return (
    <Panel title={series.title}>
      <Chart
        label={series.title}
        times={times}
        series={[{ label: series.title, values: smoothed(series, stepMs) }]}
        format={formatOf(series.unit)}
        height={180}
        max={series.unit === "ratio" ? 1 : undefined}
        binary={series.unit === "bytes" || series.unit === "bytesPerSecond"}
        syncKey="metrics"
      />
      <div class="promql">
        <code class="small cut" title={series.promql}>
          {series.promql}
        </code>
        <CopyButton text={series.promql} label={`Copy the query of ${series.title}`} />
      </div>
    </Panel>
  );
}
