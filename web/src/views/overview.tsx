// Is it healthy, does it help, is anything about to run out.
import { Badge, EmptyState, Meter, Panel, Skeleton, Tag, Time, type Role } from "../components/basics";
import { Chart } from "../components/chart";
import { Loaded } from "../components/loaded";
import { Sparkline } from "../components/sparkline";
import { Table, type Column } from "../components/table";
import { bytes, count, duration, percent, plural, rate } from "../format";
import type { Event, MetricsHistory, Status, UpstreamHealth } from "../api/schema.gen";
import { useLive } from "../store/live";
import { lastOf, valuesOf } from "../store/live_state";
import { isAdmin, status } from "../store/session";
import { timesOf } from "../store/series";

export function Overview() {
  const now = status.value;
  return (
    <div class="screen">
      <h1 class="visually-hidden">Overview</h1>
      {now ? <Figures now={now} /> : <Skeleton />}
      <div class="beside">
        <div class="stack">
          <Traffic />
          <Upstreams upstreams={now?.upstreams} />
        </div>
        <Events />
      </div>
    </div>
  );
}

function Figures({ now }: { now: Status }) {
  const metrics = useLive("metrics").data ?? null;
  const transfers = useLive("transfers").data;
  const cache = now.cache;
  const asked = cache ? cache.hits + cache.stale + cache.misses : 0;
  const saved = cache && Math.max(0, cache.servedBytes - cache.fetchedBytes);
  const memory = now.memory?.usedBytes ?? lastOf(metrics, "memoryBytes");
  const memoryLimit = now.memory?.limitBytes ?? lastOf(metrics, "memoryLimitBytes");
  return (
    <div class="figures">
      <Figure
        title="Hit ratio"
        value={asked > 0 && cache ? percent((cache.hits + cache.stale) / asked) : "–"}
        about={
          cache ? `${count(cache.hits + cache.stale)} of ${plural(asked, "pull")} from the cache since the start` : ""
        }
        values={valuesOf(metrics, "hitRatio")}
      />
      <Figure
        title="Saved"
        value={bytes(saved)}
        about={cache ? `${bytes(cache.servedBytes)} served, ${bytes(cache.fetchedBytes)} fetched` : ""}
        values={valuesOf(metrics, "savedBytesPerSecond")}
      />
      <Figure
        title="Memory"
        value={bytes(memory)}
        about={memoryLimit ? `of ${bytes(memoryLimit)}` : "no limit set"}
        values={valuesOf(metrics, "memoryBytes")}
        used={memory}
        limit={memoryLimit}
      />
      <DiskFigure now={now} metrics={metrics} />
      <Figure
        title="Downloads running"
        value={count(transfers?.length)}
        about={
          !transfers
            ? ""
            : transfers.length > 0
              ? `${rate(transfers.reduce((sum, one) => sum + one.bytesPerSecond, 0))} from upstreams`
              : "nothing is being fetched"
        }
        values={valuesOf(metrics, "fetchedBytesPerSecond")}
        link="/transfers"
      />
    </div>
  );
}

function DiskFigure({ now, metrics }: { now: Status; metrics: MetricsHistory | null }) {
  const storage = now.storage;
  if (!storage) return <Figure title="Storage" value="–" about="" values={[]} />;
  const disk = storage.diskBytes;
  const free = storage.diskFreeBytes;
  const limit = storage.limitBytes ?? (free === undefined ? 0 : storage.usedBytes + free);
  const room = storage.limitBytes
    ? `of ${bytes(storage.limitBytes)}`
    : free !== undefined && disk
      ? `${bytes(free)} free on the disk`
      : "";
  return (
    <Figure
      title="Storage"
      value={bytes(storage.usedBytes)}
      about={
        <>
          {room}
          {storage.fullAt && (
            <>
              , full <Time at={storage.fullAt} />
            </>
          )}
        </>
      }
      values={valuesOf(metrics, "storageUsedBytes")}
      used={storage.usedBytes}
      limit={limit}
      link="/storage"
    />
  );
}

interface FigureProps {
  title: string;
  value: string;
  about: preact.ComponentChildren;
  values: (number | null)[];
  used?: number;
  limit?: number;
  link?: string;
}

function Figure({ title, value, about, values, used, limit, link }: FigureProps) {
  return (
    <section class="panel figure">
      <h2 class="small muted">{link ? <a href={link}>{title}</a> : title}</h2>
      <div class="value">{value}</div>
      <div class="small muted">{about}</div>
      {used !== undefined && limit ? <Meter label={title} used={used} limit={limit} /> : null}
      <Sparkline values={values} />
    </section>
  );
}

function Traffic() {
  const reading = useLive("metrics");
  const metrics = reading.data ?? null;
  const shown = ["servedBytesPerSecond", "fetchedBytesPerSecond"].flatMap((key) => {
    const series = metrics?.series.find((one) => one.key === key);
    return series ? [{ label: series.title, values: series.values }] : [];
  });
  const now = `${rate(lastOf(metrics, "servedBytesPerSecond"))} served, ${rate(lastOf(metrics, "fetchedBytesPerSecond"))} fetched`;
  return (
    <Panel title="Served and fetched, the last 10 minutes" side={<span class="num muted">{now}</span>}>
      <Loaded from={reading} lines={6}>
        {(history) => (
          <Chart
            label="Bytes served and fetched per second"
            times={timesOf(history)}
            series={shown}
            format={rate}
            height={Math.round(Math.min(360, Math.max(200, window.innerHeight * 0.33)))}
            binary
          />
        )}
      </Loaded>
    </Panel>
  );
}

const kBreaker: Record<UpstreamHealth["breaker"], [Role, string]> = {
  closed: ["good", "answers"],
  halfOpen: ["warn", "being tried again"],
  open: ["bad", "down"],
};

export function UpstreamBadge({ upstream }: { upstream: UpstreamHealth }) {
  const [role, word] = kBreaker[upstream.breaker];
  return (
    <Badge role={role} title={upstream.lastError}>
      {word}
    </Badge>
  );
}

export function quotaText(upstream: UpstreamHealth): string {
  if (upstream.rateRemaining === undefined) return "–";
  return upstream.rateLimit === undefined
    ? `${count(upstream.rateRemaining)} left`
    : `${count(upstream.rateRemaining)} of ${count(upstream.rateLimit)} left`;
}

const kUpstreamColumns: Column<UpstreamHealth>[] = [
  { key: "host", title: "Upstream", narrow: "lead", cell: (one) => <span class="mono">{one.host}</span> },
  { key: "state", title: "State", narrow: "end", cell: (one) => <UpstreamBadge upstream={one} /> },
  {
    key: "latency",
    title: "First byte",
    num: true,
    narrow: "below",
    cell: (one) => (one.lastFirstByteMs === undefined ? "–" : duration(one.lastFirstByteMs)),
  },
  { key: "waiting", title: "Waiting", num: true, wideOnly: true, cell: (one) => count(one.waiting) },
  { key: "quota", title: "Pull quota", num: true, narrow: "below", cell: quotaText },
  {
    key: "budget",
    title: "Own budget an hour",
    num: true,
    wideOnly: true,
    cell: (one) => (one.budget === undefined ? "–" : `${count(one.budgetLeft)} of ${count(one.budget)} left`),
  },
  {
    key: "error",
    title: "Last error",
    wideOnly: true,
    fills: true,
    cell: (one) => (
      <span class="cut" title={one.lastError}>
        {one.lastError ?? ""}
      </span>
    ),
  },
];

function Upstreams({ upstreams }: { upstreams: UpstreamHealth[] | undefined }) {
  return (
    <Panel title="Upstreams" flush>
      <Loaded
        from={{ data: upstreams, error: null, reload: () => {} }}
        empty={
          <EmptyState title="No upstream was asked yet" action={isAdmin.value && <a href="/mirrors">Mirrors</a>}>
            Its state shows here with the first pull through a mirror.
          </EmptyState>
        }
      >
        {(rows) => <Table label="Upstreams" columns={kUpstreamColumns} rows={rows} rowKey={(one) => one.host} />}
      </Loaded>
    </Panel>
  );
}

const kSeverity: Record<Event["severity"], Role> = { info: "info", warning: "warn", error: "bad" };
const kSeverityWord: Record<Event["severity"], string> = { info: "info", warning: "warning", error: "error" };

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
            {events.slice(0, 12).map((event, index) => (
              <li key={`${event.at}-${index}`}>
                <Badge role={kSeverity[event.severity]}>{kSeverityWord[event.severity]}</Badge>
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
