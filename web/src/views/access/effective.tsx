// What a user, a group or the anonymous may do: by repository that is stored, and for names to come.
import { useState } from "preact/hooks";
import type { GlobRights, RepositoryRights } from "../../api/schema.gen";
import { Badge, EmptyState, Panel, Segments, Tag } from "../../components/basics";
import { SearchBox, TextField } from "../../components/field";
import { Loaded, Notice } from "../../components/loaded";
import { Table, type Column } from "../../components/table";
import { plural } from "../../format";
import { useAsked } from "../../store/asked";
import { query, setQuery } from "../../store/router";
import { addressOf } from "../repositories/list";
import { kKinds, subjectOf } from "./explain";
import { actionsText } from "./words";

const kColumns: Column<RepositoryRights>[] = [
  {
    key: "repository",
    title: "Repository",
    narrow: "lead",
    width: "40%",
    fills: true,
    cell: (one) => (
      <span class="cut mono" title={one.repository}>
        {one.repository}
      </span>
    ),
  },
  { key: "actions", width: "240px", title: "May", narrow: "end", cell: (one) => <Actions actions={one.actions} /> },
  {
    key: "rule",
    title: "Deciding rule",
    narrow: "bare",
    width: "60%",
    fills: true,
    cell: (one) => (
      <span class="cut mono small muted" title={one.blocked ?? one.rule}>
        {one.blocked ? <Badge role="bad">blocked</Badge> : one.rule}
      </span>
    ),
  },
];

const kGlobColumns: Column<GlobRights>[] = [
  {
    key: "glob",
    title: "Names that match",
    narrow: "lead",
    cell: (one) => <span class="mono">{one.repositories}</span>,
  },
  { key: "actions", title: "May", narrow: "end", fills: true, cell: (one) => <Actions actions={one.actions} /> },
];

function Actions({ actions }: { actions: string[] }) {
  if (actions.length === 0) return <span class="muted">nothing</span>;
  return (
    <span class="row flat">
      {actions.map((action) => (
        <Tag key={action}>{action}</Tag>
      ))}
    </span>
  );
}

const kMost = 200;

export function EffectiveAccess() {
  const kind = kKinds.find((one) => one.value === query.value.get("kind"))?.value ?? "user";
  const name = query.value.get("who") ?? "";
  const [text, setText] = useState("");
  const known = kind === "anonymous" || name !== "";
  const answer = useAsked(
    "POST /access/effective",
    known ? { ...subjectOf(kind, name), q: text.trim() || undefined, limit: kMost } : null,
  );
  return (
    <>
      <div class="row ends">
        <Segments label="Who" choices={kKinds} value={kind} onChange={(next) => setQuery({ kind: next, who: null })} />
        {kind !== "anonymous" && (
          <div class="who">
            <TextField
              label={kind === "user" ? "User" : "Group"}
              value={name}
              onInput={(value) => setQuery({ who: value.trim() || null })}
            />
          </div>
        )}
      </div>
      {!known ? (
        <EmptyState title="Whose access?">
          Name a user or a group, or choose Anonymous, to see what they can do and which rule decides.
        </EmptyState>
      ) : (
        <Loaded from={answer}>
          {(data) => (
            <div class="stack">
              {data.admin && <Notice role="info">An admin: the admin policy grants this everywhere.</Notice>}
              <Panel title="By rule, including repositories not stored yet" flush>
                <Table
                  label="Access to names that are not stored yet"
                  columns={kGlobColumns}
                  rows={data.globs}
                  rowKey={(one) => one.repositories}
                />
              </Panel>
              <Panel
                title={`Access to ${plural(data.total, "stored repository", "stored repositories")}`}
                flush
                side={<SearchBox label="Search repositories" value={text} onInput={setText} />}
              >
                <Loaded
                  from={{ ...answer, data: data.items }}
                  empty={<EmptyState title={text ? "No repository matches" : "Nothing in any stored repository"} />}
                >
                  {(rows) => (
                    <Table
                      label="Access by repository"
                      columns={kColumns}
                      rows={rows}
                      total={data.total}
                      rowKey={(one) => one.repository}
                      href={(one) => addressOf(one.repository)}
                    />
                  )}
                </Loaded>
                {data.total > data.items.length && (
                  <p class="muted small waiting">
                    The first {data.items.length} of {data.total}. Search to see others.
                  </p>
                )}
              </Panel>
            </div>
          )}
        </Loaded>
      )}
    </>
  );
}

/** Beside a new user: often it is more than was meant. */
export function WhatTheyMay({ user }: { user: string }) {
  const answer = useAsked("POST /access/effective", { user, limit: 1 });
  return (
    <section class="group stack tight" aria-live="polite">
      <h3>What {user} can do from the start</h3>
      <Loaded from={answer} lines={2}>
        {(data) => (
          <>
            <ul class="small">
              {data.globs.map((one) => (
                <li key={one.repositories}>
                  <span class="mono">{one.repositories}</span>: {actionsText(one.actions)}
                </li>
              ))}
              {data.globs.length === 0 && (
                <li>{data.admin ? "Everything: an admin." : "Nothing until a policy grants it."}</li>
              )}
            </ul>
            <a href="access?tab=policies">Change the policies</a>
          </>
        )}
      </Loaded>
    </section>
  );
}
