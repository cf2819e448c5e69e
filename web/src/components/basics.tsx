// The small parts that every screen is made of.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { absolute, relative, shortDigest } from "../format";
import { useNow } from "../store/clock";
import { Icon, type IconName } from "./icon";
import { toast } from "./toast";

export type Role = "good" | "warn" | "bad" | "unknown" | "info" | "accent";

const kRoleIcons: Record<Role, IconName> = {
  good: "check",
  warn: "warn",
  bad: "bad",
  unknown: "unknown",
  info: "info",
  accent: "play",
};

interface ButtonProps {
  children?: ComponentChildren;
  icon?: IconName;
  kind?: "plain" | "primary" | "danger" | "ghost";
  label?: string; // for a button without words
  title?: string;
  busy?: boolean;
  disabled?: boolean;
  submit?: boolean;
  pressed?: boolean;
  onClick?: (event: MouseEvent) => void;
}

export function Button(props: ButtonProps) {
  const { children, icon, kind = "plain", label, busy, submit } = props;
  return (
    <button
      type={submit ? "submit" : "button"}
      class={`button ${kind}${children ? "" : " icon-only"}`}
      aria-label={label}
      title={props.title ?? label}
      aria-busy={busy}
      aria-disabled={busy}
      aria-pressed={props.pressed}
      disabled={props.disabled}
      // Not disabled while it is busy: that would take the focus from it.
      onClick={busy ? (event) => event.preventDefault() : props.onClick}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** Asks in place before it does what destroys: the first press arms it, the second one acts. */
export function ConfirmButton(props: ButtonProps & { question: string; confirm: string; onConfirm: () => unknown }) {
  const [armed, setArmed] = useState(false);
  const [busy, setBusy] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  const moved = useRef(false);
  // The focus goes to the answer that destroys nothing, and back to the button afterwards: before the frame is drawn, for
  // the next key must find it there.
  useLayoutEffect(() => {
    if (moved.current) place.current?.querySelector<HTMLElement>("button:last-child")?.focus();
  }, [armed]);
  const turn = (next: boolean) => {
    moved.current = true;
    setArmed(next);
  };
  const act = async () => {
    setBusy(true);
    try {
      await props.onConfirm();
    } finally {
      setBusy(false);
      turn(false);
    }
  };
  return (
    <span
      ref={place}
      class="confirm"
      role={armed ? "group" : undefined}
      aria-label={armed ? props.question : undefined}
      onKeyDown={(event) => {
        if (!armed || event.key !== "Escape") return;
        event.preventDefault();
        turn(false);
      }}
    >
      {armed ? (
        <>
          <span class="small">{props.question}</span>
          <Button kind="danger" busy={busy} onClick={act}>
            {props.confirm}
          </Button>
          <Button onClick={() => turn(false)}>Cancel</Button>
        </>
      ) : (
        <Button {...props} onClick={() => turn(true)} />
      )}
    </span>
  );
}

export function Badge({ role, children, title }: { role: Role; children: ComponentChildren; title?: string }) {
  return (
    <span class={`badge ${role}`} title={title}>
      <Icon name={kRoleIcons[role]} size={12} />
      {children}
    </span>
  );
}

/** A word without a role: a kind, a type, a platform. */
export function Tag({ children, title }: { children: ComponentChildren; title?: string }) {
  return (
    <span class="tag" title={title}>
      {children}
    </span>
  );
}

/** A relative time that goes on, with the absolute one in its tooltip. */
export function Time({ at, never = "never" }: { at: string | null | undefined; never?: string }) {
  const now = useNow();
  if (!at) return <span class="muted">{never}</span>;
  return (
    <time dateTime={at} title={absolute(at)} class="nowrap">
      {relative(at, now)}
    </time>
  );
}

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  } catch {
    // Without TLS a browser gives no clipboard except on loopback.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    toast(done ? "Copied" : "The browser blocked copying. Select the text and copy it by hand.");
  }
}

export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }) {
  return <Button icon="copy" kind="ghost" label={label} onClick={() => void copyText(text)} />;
}

export function Digest({ digest }: { digest: string }) {
  return (
    <button
      type="button"
      class="digest mono"
      title={`${digest}, copy`}
      aria-label={`Copy digest ${shortDigest(digest)}`}
      onClick={(event) => {
        event.stopPropagation();
        void copyText(digest);
      }}
    >
      {shortDigest(digest)}
    </button>
  );
}

/** Text to copy into a terminal or a file. */
export function CodeBlock({ text, name, wrap }: { text: string; name?: string; wrap?: boolean }) {
  return (
    <figure class={wrap ? "code wraps" : "code"}>
      <figcaption>
        <span class="mono small grow cut">{name}</span>
        <CopyButton text={text} label={name ? `Copy ${name}` : "Copy"} />
      </figcaption>
      <pre tabIndex={0}>{text}</pre>
    </figure>
  );
}

/** How much of a limit is used. Without a limit only the words are shown. */
export function Meter({
  used,
  limit,
  label,
  warnAt = 0.85,
}: Record<"used" | "limit", number> & {
  label: string;
  warnAt?: number;
}) {
  const ratio = limit > 0 ? Math.min(1, used / limit) : 0;
  const role = ratio >= 0.95 ? "bad" : ratio >= warnAt ? "warn" : "normal";
  return (
    <div
      class={`meter ${role}`}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(ratio * 100)}
    >
      <span style={{ width: `${ratio * 100}%` }} />
    </div>
  );
}

export function Progress({ done, total, label }: { done: number; total: number; label: string }) {
  const known = total > 0;
  const ratio = known ? Math.min(1, done / total) : 0;
  return (
    <div
      class={`progress${known ? "" : " open"}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={known ? Math.round(ratio * 100) : undefined}
    >
      <span style={{ width: known ? `${ratio * 100}%` : "100%" }} />
    </div>
  );
}

interface Choice<T extends string> {
  value: T;
  label: string;
}

/** One of a few, all in sight. */
export function Segments<T extends string>(props: {
  label: string;
  choices: Choice<T>[];
  value: T;
  onChange: (value: T) => void;
}) {
  return (
    <div class="segments" role="group" aria-label={props.label}>
      {props.choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === props.value}
          onClick={() => props.onChange(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </div>
  );
}

/** Grey lines while there is nothing to show yet; nothing for the first 150 ms, so that quick answers do not flicker. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="skeleton" role="status" aria-label="Loading">
      {shown && Array.from({ length: lines }, (_, line) => <span key={line} style={{ width: `${90 - line * 12}%` }} />)}
    </div>
  );
}

export function EmptyState(props: { title: string; children?: ComponentChildren; action?: ComponentChildren }) {
  return (
    <div class="empty">
      <h3>{props.title}</h3>
      {props.children && <p class="muted">{props.children}</p>}
      {props.action && <div class="row">{props.action}</div>}
    </div>
  );
}

export function Panel(props: {
  title?: ComponentChildren;
  side?: ComponentChildren;
  children: ComponentChildren;
  flush?: boolean; // the content brings its own edges, as a table does
}) {
  return (
    <section class="panel">
      {(props.title || props.side) && (
        <header>
          {props.title && <h2 class="grow">{props.title}</h2>}
          {props.side}
        </header>
      )}
      <div class={props.flush ? "" : `body${props.title ? "" : " alone"}`}>{props.children}</div>
    </section>
  );
}

/** Names and values, as in a sheet. */
export function Facts({ items }: { items: [string, ComponentChildren][] }) {
  return (
    <dl class="facts">
      {items.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
