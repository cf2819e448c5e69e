// Is it healthy, does it help, is anything about to run out.
import { useMemo } from "preact/hooks";
import type { Event, MetricsHistory } from "../api/schema.gen";
import { Badge, EmptyState, Panel, Tag, Time, type Role } from "../components/basics";
import { Chart } from "../components/chart";
import { Loaded } from "../components/loaded";
import { rate, zone } from "../format";
import { useLive } from "../store/live";
import { smoothed, timesOf } from "../store/series";
import { status } from "../store/session";
import { Figures } from "./overview/figures";
import { FirstRun } from "./overview/first_run";
import { Upstreams } from "./overview/upstreams";
import { WorstPulls } from "./overview/worst";

export function Overview() {
  const now = status.value;
  return (
    <div class="screen">
      <h1 class="visually-hidden">Overview</h1>
      <FirstRun />
      {now && <Figures now={now} />}
      <div class="beside">
        <div class="stack">
          <Traffic />
          <Upstreams />
        </div>
        <div class="stack">
          <WorstPulls />
          <Events />
        </div>
      </div>
    </div>
  );
}

const kTraffic = ["servedBytesPerSecond", "fetchedBytesPerSecond"];

function Traffic() {
  const reading = useLive("metrics");
  return (
    <Panel title={`Served and fetched, last 10 minutes (${zone()})`} side={<a href="charts?range=1h">More charts</a>}>
      <Loaded from={reading} lines={6}>
        {(history) => <TrafficChart history={history} />}
      </Loaded>
    </Panel>
  );
}

function TrafficChart({ history }: { history: MetricsHistory }) {
  const times = useMemo(() => timesOf(history), [history]);
  const shown = useMemo(
    () =>
      kTraffic.flatMap((key) => {
        const series = history.series.find((one) => one.key === key);
        return series ? [{ label: series.title, values: smoothed(series, history.stepMs) }] : [];
      }),
    [history],
  );
  return (
    <Chart
      label="Bytes served and fetched per second"
      times={times}
      series={shown}
      format={rate}
      height={Math.round(Math.min(520, Math.max(200, window.innerHeight * 0.33)))}
      binary
    />
  );
}

const kSeverity: Record<Event["severity"], Role> = { info: "info", warning: "warn", error: "bad" };
const kMostEvents = 12;

function Events() {
  return (
    <Panel title="Recent events" flush>
      <Loaded
        from={useLive("events")}
        empty={
          <EmptyState title="No events yet">
            Configuration changes, upstreams that go down and come back, and finished jobs are listed here.
          </EmptyState>
        }
      >
        {(events) => (
          <ul class="events">
            {events.slice(0, kMostEvents).map((event, index) => (
              <li key={`${event.at}-${index}`}>
                <Badge role={kSeverity[event.severity]}>{event.severity}</Badge>
                <span class="grow wrap-anywhere">{event.message}</span>
                <Tag>{event.kind}</Tag>
                <span class="muted small">
                  <Time at={event.at} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}
