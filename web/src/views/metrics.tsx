// The sampled history as charts, each with the query that gives the same from Prometheus.
import { useState } from "preact/hooks";
import type { MetricsHistory, MetricsRange, Series } from "../api/schema.gen";
import { CopyButton, EmptyState, Panel, Segments } from "../components/basics";
import { Chart } from "../components/chart";
import { Loaded } from "../components/loaded";
import { useLive } from "../store/live";
import { useResource } from "../store/resource";
import { formatOf, timesOf } from "../store/series";

const kRanges: { value: MetricsRange; label: string }[] = [
  { value: "10m", label: "10 minutes" },
  { value: "6h", label: "6 hours" },
  { value: "7d", label: "7 days" },
];

export function Metrics() {
  const [range, setRange] = useState<MetricsRange>("10m");
  return (
    <div class="screen">
      <div class="screen-head">
        <h1 class="grow">Metrics</h1>
        <Segments label="Range" choices={kRanges} value={range} onChange={setRange} />
      </div>
      {range === "10m" ? <LiveCharts /> : <PastCharts key={range} range={range} />}
    </div>
  );
}

function LiveCharts() {
  return <Loaded from={useLive("metrics")}>{(data) => <Charts history={data} />}</Loaded>;
}

function PastCharts({ range }: { range: MetricsRange }) {
  const history = useResource("GET /metrics/history", { query: { range }, everyMs: 10_000 });
  return <Loaded from={history}>{(data) => <Charts history={data} />}</Loaded>;
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
    <div class="columns">
      {history.series.map((series) => (
        <OneChart key={series.key} series={series} times={times} />
      ))}
    </div>
  );
}

function OneChart({ series, times }: { series: Series; times: number[] }) {
  return (
    <Panel title={series.title}>
      <Chart
        label={series.title}
        times={times}
        series={[{ label: series.title, values: series.values }]}
        format={formatOf(series.unit)}
        height={170}
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
