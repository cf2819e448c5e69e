// What a glance has to tell: does it help, and does anything run out.
import type { ComponentChildren } from "preact";
import type { MetricsHistory, Status } from "../../api/schema.gen";
import { Badge, Meter, Time, type Role } from "../../components/basics";
import { Sparkline } from "../../components/sparkline";
import { bytes, count, percent, plural, rate } from "../../format";
import { useNow } from "../../store/clock";
import { useLive } from "../../store/live";
import { lastOf, valuesOf } from "../../store/live_state";

interface FigureProps {
  title: string;
  value: string;
  about: ComponentChildren;
  values?: (number | null)[];
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
      {values && <Sparkline values={values} />}
    </section>
  );
}

export function Figures({ now }: { now: Status }) {
  const metrics = useLive("metrics").data ?? null;
  const transfers = useLive("transfers").data;
  const memory = now.memory?.usedBytes ?? lastOf(metrics, "memoryBytes");
  const memoryLimit = now.memory?.limitBytes ?? lastOf(metrics, "memoryLimitBytes");
  return (
    <div class="figures">
      <HitRatio now={now} metrics={metrics} />
      <Saved now={now} metrics={metrics} />
      <Figure
        title="Memory"
        value={bytes(memory)}
        about={memoryLimit ? `of ${bytes(memoryLimit)}` : "no limit set"}
        values={valuesOf(metrics, "memoryBytes")}
        used={memory}
        limit={memoryLimit}
      />
      <Disk now={now} metrics={metrics} />
      <Figure
        title="Running downloads"
        value={count(transfers?.length)}
        about={
          !transfers
            ? ""
            : transfers.length > 0
              ? `${rate(transfers.reduce((sum, one) => sum + one.bytesPerSecond, 0))} from upstreams`
              : "nothing is being fetched"
        }
        values={valuesOf(metrics, "fetchedBytesPerSecond")}
        link="transfers"
      />
    </div>
  );
}

interface Props {
  now: Status;
  metrics: MetricsHistory | null;
}

function HitRatio({ now, metrics }: Props) {
  const hour = now.cache?.lastHour;
  const day = now.cache?.lastDay;
  return (
    <Figure
      title="Cache hit ratio, 1 h"
      value={percent(hour?.hitRatio)}
      about={
        day?.requests === 0 ? (
          "no requests in the last 24 h"
        ) : hour && day && hour.requests === 0 ? (
          <>
            no requests; last 24 h: <span class="nowrap">{percent(day.hitRatio)}</span>
          </>
        ) : hour && day ? (
          <>
            {count(hour.hits + hour.stale)} of {plural(hour.requests, "request")}; last 24 h:{" "}
            <span class="nowrap">{percent(day.hitRatio)}</span>
          </>
        ) : (
          "not known"
        )
      }
      values={valuesOf(metrics, "hitRatio")}
    />
  );
}

function Saved({ now, metrics }: Props) {
  const day = now.cache?.lastDay;
  return (
    <Figure
      title="Saved, 24 h"
      value={bytes(day?.savedBytes)}
      about={day ? `of upstream traffic, and ${plural(day.savedPulls, "pull")} of upstream quota` : "not known"}
      values={valuesOf(metrics, "savedBytesPerSecond")}
    />
  );
}

const kSoonMs = 3_600_000;
const kTodayMs = 24 * kSoonMs;

/** Eviction within the hour is urgent, within the day worth knowing. */
function urgency(at: string, now: number): Role {
  const left = Date.parse(at) - now;
  return left < kSoonMs ? "bad" : left < kTodayMs ? "warn" : "info";
}

function Disk({ now, metrics }: Props) {
  const time = useNow();
  const storage = now.storage;
  if (!storage) return <Figure title="Storage" value="–" about="not known" link="storage" />;
  const free = storage.diskFreeBytes;
  const limit = storage.limitBytes ?? (free === undefined ? 0 : storage.usedBytes + free);
  const room = storage.limitBytes
    ? `of ${bytes(storage.limitBytes)}`
    : free !== undefined
      ? `${bytes(free)} free on the disk`
      : "";
  const [word, at] = storage.evictionAt ? ["eviction starts", storage.evictionAt] : ["full", storage.fullAt];
  return (
    <Figure
      title="Storage"
      value={bytes(storage.usedBytes)}
      about={
        <>
          {room}{" "}
          {at && (
            <a href="storage">
              <Badge role={urgency(at, time)}>
                {word} <Time at={at} />
              </Badge>
            </a>
          )}
        </>
      }
      values={valuesOf(metrics, "storageUsedBytes")}
      used={storage.usedBytes}
      limit={limit}
      link="storage"
    />
  );
}
