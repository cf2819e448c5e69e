// The log as it is written, and the lines before.
import { useEffect, useState } from "preact/hooks";
import type { LogLevel, LogRecord } from "../../api/schema.gen";
import { Badge, Button, CodeBlock, EmptyState, Panel, Segments, type Role } from "../../components/basics";
import { SearchBox } from "../../components/field";
import { Loaded } from "../../components/loaded";
import { Sheet } from "../../components/overlay";
import { Table, type Column } from "../../components/table";
import { absolute, dateTime, zone } from "../../format";
import { liveLost, setLogLevel, useLive } from "../../store/live";
import { useDebounced } from "../../store/debounced";
import { usePages } from "../../store/pages";
import { query, setQuery } from "../../store/router";

const kLevels: { value: LogLevel; label: string }[] = [
  { value: "debug", label: "Debug" },
  { value: "info", label: "Info" },
  { value: "warn", label: "Warning" },
  { value: "error", label: "Error" },
];

const kRoles: Record<LogLevel, Role> = {
  trace: "info",
  debug: "info",
  info: "info",
  warn: "warn",
  error: "bad",
};

const kColumns: Column<LogRecord>[] = [
  {
    key: "at",
    title: `Time (${zone()})`,
    width: "160px",
    narrow: "bare",
    cell: (one) => (
      <span class="num" title={absolute(one.at)}>
        {dateTime(one.at)}
      </span>
    ),
  },
  {
    key: "level",
    title: "Level",
    width: "90px",
    narrow: "bare",
    cell: (one) => <Badge role={kRoles[one.level]}>{one.level}</Badge>,
  },
  {
    key: "text",
    title: "Text",
    narrow: "lead",
    fills: true,
    cell: (one) => (
      <span class="cut mono small" title={one.text}>
        {one.text}
      </span>
    ),
  },
];

export function LogTail() {
  const newestLines = useLive("logs");
  const level = kLevels.find((one) => one.value === query.value.get("level"))?.value ?? "info";
  const text = query.value.get("q") ?? "";
  useEffect(() => setLogLevel(level), [level]);
  const [held, setHeld] = useState<LogRecord[] | null>(null);
  const [opened, setOpened] = useState<LogRecord | null>(null);
  const searched = useDebounced(text.trim(), 200);
  const past = usePages("GET /logs", { level, q: searched || undefined });

  const choose = (next: LogLevel) => {
    setQuery({ level: next === "info" ? null : next });
    setHeld(null);
  };
  const newest = held ?? newestLines.data ?? [];
  const fresh = searched ? newest.filter((one) => one.text.toLowerCase().includes(searched.toLowerCase())) : newest;
  const oldest = fresh.at(-1)?.at ?? "9";
  const rows = [...fresh, ...past.items.filter((one) => one.at < oldest)];
  const known = past.data || (newestLines.data && rows.length > 0);
  const reading = { ...past, data: known ? rows : undefined };
  return (
    <>
      <div class="row">
        <Segments label="Minimum level" choices={kLevels} value={level} onChange={choose} />
        <SearchBox label="Search the log" value={text} onInput={(value) => setQuery({ q: value || null })} />
        <Button icon={held ? "play" : "pause"} onClick={() => setHeld(held ? null : (newestLines.data ?? []))}>
          {held ? "Resume" : "Pause"}
        </Button>
        <span class="muted small">{held ? "paused" : liveLost.value ? "not live" : "live"}</span>
      </div>
      <Panel flush>
        <Loaded
          from={reading}
          empty={
            <EmptyState title="No log lines match">
              Lines appear as they are written. A lower level shows more.
            </EmptyState>
          }
        >
          {(lines) => (
            <Table
              label="Log"
              fill
              columns={kColumns}
              rows={lines}
              rowKey={(one) => `${one.at} ${one.text}`}
              onEnd={past.more}
              onOpen={setOpened}
            />
          )}
        </Loaded>
      </Panel>
      {opened && (
        <Sheet title="Log line" subtitle={`${opened.level}, ${absolute(opened.at)}`} onClose={() => setOpened(null)}>
          <CodeBlock name="Line" text={opened.text} wrap />
        </Sheet>
      )}
    </>
  );
}
