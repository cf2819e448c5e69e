import { useRef, useState } from "preact/hooks";
import type { Rule, RuleList, UpstreamTest } from "../../api/schema.gen";
import { call, kUpstreamAnswerMs, messageOf, request } from "../../api/client";
import { Badge, Button, ConfirmButton, EmptyState, Panel, Tag, Time } from "../../components/basics";
import { act, Loaded } from "../../components/loaded";
import { toast } from "../../components/toast";
import { save, type Outcome } from "../../config/save";
import type { JsonObject } from "../../config/schema";
import { bytes, count, duration, plural } from "../../format";
import { query, setQuery } from "../../store/router";
import { useResource, type Resource } from "../../store/resource";
import { mayChange, mayConfigure } from "../../store/session";
import { quotaText, UpstreamBadge } from "../../components/upstream_state";
import { AddMirror } from "./add_mirror";
import { RouteExplain } from "./explain";
import { RuleEditor } from "./rule_editor";
import { factsOf } from "./rule_text";
import { TestResult } from "./test_result";

export function Rules() {
  const rules = useResource("GET /sync/rules", { everyMs: 10_000 });
  const edit = query.value.get("edit");
  const editing = useOpened(edit, rules);
  const [allSettings, setAllSettings] = useState<JsonObject | undefined>(undefined);
  const close = () => {
    setAllSettings(undefined);
    setQuery({ edit: null });
  };
  return (
    <div class="with-aside">
      <aside>
        <RouteExplain />
      </aside>
      <div class="stack">
        <div class="screen-head">
          <h2 class="grow">Mirror rules, tried in order</h2>
          {mayConfigure.value && (
            <Button icon="plus" kind="primary" onClick={() => setQuery({ edit: "new" }, { push: true })}>
              Add a mirror
            </Button>
          )}
        </div>
        <Loaded from={rules} lines={8}>
          {(data) =>
            data.items.length === 0 ? (
              <Panel>
                <EmptyState title="No mirrors yet">
                  Without a mirror, this registry serves only what is pushed to it. Add one for Docker Hub, and nodes
                  that pull from here get what they would get there.
                </EmptyState>
              </Panel>
            ) : (
              <ol class="stack">
                {data.items.map((one) => (
                  <RuleCard key={one.id} rule={one} rules={rules} />
                ))}
              </ol>
            )
          }
        </Loaded>
        {editing?.id === "new" && !allSettings && (
          <AddMirror onSaved={rules.reload} onClose={close} onAllSettings={setAllSettings} />
        )}
        {editing && (editing.rule || allSettings) && (
          <RuleEditor
            key={editing.id}
            rule={editing.rule}
            initial={allSettings}
            etag={editing.etag}
            onSaved={rules.reload}
            onClose={close}
          />
        )}
      </div>
    </div>
  );
}

interface Opened {
  id: string;
  rule: Rule | undefined;
  etag: string;
}

/** The rule as it was when its editor was opened: it stays open when somebody else changes or removes that rule. */
function useOpened(edit: string | null, rules: Resource<RuleList>): Opened | null {
  const opened = useRef<Opened | null>(null);
  if (edit === null) opened.current = null;
  else if (opened.current?.id !== edit && rules.data) {
    const rule = rules.data.items.find((one) => one.id === edit);
    opened.current = rule || edit === "new" ? { id: edit, rule, etag: rules.etag } : null;
  }
  return opened.current;
}

/** For what can simply be done again upon what is there now. */
function sayConflict(outcome: Outcome): void {
  if (!outcome.saved && outcome.conflict)
    toast("Somebody else changed the rules meanwhile. Nothing was saved: look at the list again.", { bad: true });
}

async function move(rules: Resource<RuleList>, index: number, by: number): Promise<void> {
  const order = (rules.data?.items ?? []).map((one) => one.id);
  const [moved] = order.splice(index, 1);
  if (moved === undefined) return;
  order.splice(index + by, 0, moved);
  const outcome = await save((headers) => request("PUT /sync/order", { body: { order }, headers }), {
    etag: rules.etag,
    done: "Order saved",
    changed: rules.reload,
  });
  sayConflict(outcome);
}

function RuleCard({ rule, rules }: { rule: Rule; rules: Resource<RuleList> }) {
  const facts = factsOf(rule.config as unknown as JsonObject);
  const last = (rules.data?.items.length ?? 0) - 1;
  const [tests, setTests] = useState<UpstreamTest[] | string | null>(null);
  const [testing, setTesting] = useState(false);
  const path = { id: rule.id };

  const test = async () => {
    setTesting(true);
    try {
      setTests((await call("POST /sync/test", { body: { rule: rule.config }, timeoutMs: kUpstreamAnswerMs })).items);
    } catch (error) {
      setTests(messageOf(error));
    }
    setTesting(false);
  };
  const run = () => act(() => call("POST /sync/rules/{id}/run", { path }), "Sync run started");
  const pause = () =>
    act(
      async () => {
        await call("PUT /sync/rules/{id}/pause", { path, body: { paused: !rule.paused } });
        await rules.reload();
      },
      rule.paused ? "Scheduled sync resumed" : "Scheduled sync paused; pulls continue",
    );
  const remove = async () =>
    sayConflict(
      await save((headers) => request("DELETE /sync/rules/{id}", { path, headers }), {
        etag: rules.etag,
        done: "Rule removed. Images it fetched stay",
        changed: rules.reload,
      }),
    );

  return (
    <li>
      <Panel
        title={
          <>
            <span class="muted num">{rule.index + 1}. </span>
            <span class="mono wrap-anywhere">{facts.urls.join(", ")}</span>
          </>
        }
        side={
          mayConfigure.value && (
            <span class="row flat">
              <Button
                kind="ghost"
                icon="up"
                label={`Move rule ${rule.index + 1} up`}
                disabled={rule.index === 0}
                onClick={() => void move(rules, rule.index, -1)}
              />
              <Button
                kind="ghost"
                icon="down"
                label={`Move rule ${rule.index + 1} down`}
                disabled={rule.index === last}
                onClick={() => void move(rules, rule.index, 1)}
              />
            </span>
          )
        }
      >
        <div class="stack tight">
          <div class="row">
            {rule.upstreams.map((upstream) => (
              <span key={upstream.host} class="row">
                <span class="mono small">{upstream.host}</span>
                <UpstreamBadge upstream={upstream} />
                {upstream.lastFirstByteMs !== undefined && (
                  <Tag title="Time to first byte of the last answer">{duration(upstream.lastFirstByteMs)}</Tag>
                )}
                {upstream.rateRemaining !== undefined && (
                  <Tag title="Pull quota of the upstream">{quotaText(upstream)}</Tag>
                )}
              </span>
            ))}
            {facts.onDemand && <Tag>on demand</Tag>}
            {rule.polls && <Tag>{`sync every ${facts.pollInterval || "interval"}`}</Tag>}
            {rule.paused && <Badge role="warn">paused</Badge>}
            {rule.hasCredentials && <Tag>with credentials</Tag>}
          </div>
          <ul class="content">
            {facts.content.map((content, index) => (
              <li key={index} class="small">
                <span class="mono">{content.prefix}</span> <span class="muted">to</span>{" "}
                <span class="mono">{content.destination}</span>
                <span class="muted">, {content.tags}</span>
              </li>
            ))}
            {facts.content.length === 0 && <li class="small muted">every name, as it is</li>}
          </ul>
          {rule.lastRun && (
            <p class="small muted">
              Last sync run <Time at={rule.lastRun.startedAt} />: {plural(rule.lastRun.tags, "tag")},{" "}
              {count(rule.lastRun.copied)} copied, {bytes(rule.lastRun.bytes)}, {plural(rule.lastRun.errors, "error")}
              {rule.nextRunAt && (
                <>
                  . Next <Time at={rule.nextRunAt} />
                </>
              )}
            </p>
          )}
          {tests !== null && <TestResult tests={tests} />}
          <div class="row">
            {mayConfigure.value && (
              <Button icon="edit" onClick={() => setQuery({ edit: rule.id }, { push: true })}>
                Edit
              </Button>
            )}
            <Button icon="check" busy={testing} onClick={() => void test()}>
              {testing ? "Testing" : "Test"}
            </Button>
            {rule.polls && mayChange.value && (
              <>
                <Button icon="play" onClick={() => void run()}>
                  Run now
                </Button>
                <Button icon="pause" onClick={() => void pause()}>
                  {rule.paused ? "Resume" : "Pause"}
                </Button>
              </>
            )}
            <span class="grow" />
            {mayConfigure.value && (
              <ConfirmButton kind="ghost" icon="trash" question="Remove this rule?" confirm="Remove" onConfirm={remove}>
                Remove
              </ConfirmButton>
            )}
          </div>
        </div>
      </Panel>
    </li>
  );
}
