// What the disk holds, what would go, and the work that makes room.
import { EmptyState, Facts, Meter, Panel, Time } from "../components/basics";
import { given, Loaded } from "../components/loaded";
import { Table, type Column } from "../components/table";
import type { Repository, Storage as StorageState } from "../api/schema.gen";
import { bytes, count, percent } from "../format";
import { useResource } from "../store/resource";
import { addressOf } from "./repositories/list";
import { Jobs } from "./storage/jobs";
import { RemovalPreview } from "./storage/preview";

export function Storage() {
  const storage = useResource("GET /storage", { everyMs: 10_000 });
  return (
    <div class="screen">
      <h1>Storage</h1>
      <Loaded from={storage}>
        {(data) => (
          <div class="columns">
            <Use storage={data} />
            <Panel title="Largest repositories" flush>
              <Loaded
                from={given(data.biggest.slice(0, 10))}
                empty={<EmptyState title="Nothing stored yet">Images appear with their first pull.</EmptyState>}
              >
                {(rows) => (
                  <Table
                    label="Largest repositories"
                    columns={columnsFor(data.usedBytes)}
                    rows={rows}
                    rowKey={(one) => one.name}
                    href={(one) => addressOf(one.name)}
                  />
                )}
              </Loaded>
            </Panel>
          </div>
        )}
      </Loaded>
      <Jobs />
      <RemovalPreview />
    </div>
  );
}

function Use({ storage }: { storage: StorageState }) {
  const free = storage.diskFreeBytes;
  const limit = storage.limitBytes ?? (free === undefined ? 0 : storage.usedBytes + free);
  const { scrub } = storage;
  return (
    <Panel title="Usage">
      <div class="stack">
        <div>
          <p class="figure-line">
            <strong>{bytes(storage.usedBytes)}</strong>{" "}
            <span class="muted">
              {storage.limitBytes
                ? `of ${bytes(storage.limitBytes)} (${percent(storage.usedBytes / storage.limitBytes)})`
                : "used, no limit set"}
            </span>
          </p>
          {limit > 0 && <Meter label="Storage in use" used={storage.usedBytes} limit={limit} />}
        </div>
        <Facts
          items={[
            ["Full", storage.fullAt ? <Time key="full" at={storage.fullAt} /> : "not at the current growth rate"],
            ["Disk", storage.diskBytes ? `${bytes(free)} free of ${bytes(storage.diskBytes)}` : "–"],
            [
              "Eviction",
              storage.highWatermarkBytes
                ? `starts at ${bytes(storage.highWatermarkBytes)}, stops at ${bytes(storage.lowWatermarkBytes)}`
                : "off: no limit set (larder.storage.maxBytes)",
            ],
            ["Kept free", storage.minFreeBytes ? bytes(storage.minFreeBytes) : "–"],
            ["Repositories", count(storage.repositories)],
            [
              "Scrub",
              scrub ? (
                <span key="scrub">
                  {scrub.running ? (
                    "running"
                  ) : scrub.endedAt ? (
                    <>
                      ended <Time at={scrub.endedAt} />
                    </>
                  ) : (
                    "not yet"
                  )}
                  , {count(scrub.damaged)} damaged
                </span>
              ) : (
                "off"
              ),
            ],
          ]}
        />
      </div>
    </Panel>
  );
}

function columnsFor(used: number): Column<Repository>[] {
  return [
    { key: "name", title: "Repository", narrow: "lead", cell: (one) => <span class="cut mono">{one.name}</span> },
    { key: "size", title: "Size", num: true, narrow: "bare", cell: (one) => bytes(one.sizeBytes) },
    {
      key: "share",
      title: "Share",
      num: true,
      wideOnly: true,
      narrow: "below",
      cell: (one) => (used > 0 ? percent(one.sizeBytes / used) : "–"),
    },
    { key: "last", title: "Last pull", num: true, narrow: "below", cell: (one) => <Time at={one.lastPulledAt} /> },
  ];
}
