// What the disk holds, what would go, and the work that makes room.
import { Facts, Meter, Panel, Time } from "../components/basics";
import { Loaded, Notice } from "../components/loaded";
import type { Storage as StorageState } from "../api/schema.gen";
import { bytes, count, percent } from "../format";
import { useResource } from "../store/resource";
import { Jobs } from "./storage/jobs";
import { RemovalPreview } from "./storage/preview";
import { StorageTree } from "./storage/tree";

export function Storage() {
  const storage = useResource("GET /storage", { everyMs: 10_000 });
  return (
    <div class="screen">
      <h1>Storage</h1>
      <div class="storage-top">
        <Panel title="Capacity">
          <Loaded from={storage}>{(data) => <Use storage={data} />}</Loaded>
        </Panel>
        <StorageTree />
      </div>
      <div class="storage-below">
        <Jobs />
        <RemovalPreview />
      </div>
    </div>
  );
}

function Use({ storage }: { storage: StorageState }) {
  const free = storage.diskFreeBytes;
  const limit = storage.limitBytes ?? (free === undefined ? 0 : storage.usedBytes + free);
  const { scrub } = storage;
  return (
    <div class="stack">
      {storage.fault && <Notice role="bad">{storage.fault}</Notice>}
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
          [
            "Eviction starts",
            storage.evictionAt ? <Time key="eviction" at={storage.evictionAt} /> : "not at the current growth rate",
          ],
          ["Full", storage.fullAt ? <Time key="full" at={storage.fullAt} /> : "not at the current growth rate"],
          ["Disk", storage.diskBytes ? `${bytes(free)} free of ${bytes(storage.diskBytes)}` : "–"],
          [
            "Watermarks",
            storage.highWatermarkBytes
              ? `eviction starts at ${bytes(storage.highWatermarkBytes)}, stops at ${bytes(storage.lowWatermarkBytes)}`
              : "none: no limit set (larder.storage.maxBytes)",
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
  );
}
