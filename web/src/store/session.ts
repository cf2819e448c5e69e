// Who is logged in, and how the server is: what the frame shows and every screen asks.
import { computed, signal } from "@preact/signals";
import { ApiError, call, messageOf, setCsrfToken, whenChanged, whenUnauthorized } from "../api/client";
import type { Session, Status } from "../api/schema.gen";
import { clearLive, reconnectNow, startLive, stopLive } from "./live";
import { clearResources, refreshResources } from "./resource";

const kStatusEveryMs = 5000;

export const session = signal<Session | null>(null);
export const status = signal<Status | null>(null);
/** When that was read, in ms; and why the last reading failed. */
export const statusAt = signal(0);
export const statusError = signal<string | null>(null);
/** Why the first contact failed; nothing once there was one. */
export const startError = signal<string | null>(null);

/** Nobody is logged in, and without that there is nothing to see; or the reader asked for it. */
export const loginAsked = signal(false);
export const loginNeeded = computed(
  () => session.value !== null && (loginAsked.value || (!session.value.mayRead && session.value.loginPossible)),
);
export const isAdmin = computed(() => session.value?.admin ?? false);
export const mayChange = computed(() => session.value?.mayChange ?? false);

/** Nobody can log in, and this browser did not bring the daemon's token: it may look. */
export const openToReaders = computed(
  () => session.value !== null && !session.value.loginPossible && session.value.user === null && !mayChange.value,
);

/** What stands in the configuration can be changed here: not where the daemon says that it is read-only. */
export const mayConfigure = computed(
  () => mayChange.value && (status.value?.capabilities?.includes("editConfig") ?? true),
);

/**
 * What is left of a session that ended by itself (it expired, the daemon was started anew): nobody's. Until somebody
 * logs in again the page stays as it was, so that nothing typed is lost.
 */
export const ended = signal<Session | null>(null);

/**
 * By itself, so that who shows it is not drawn again with each status. That matters to the component that holds the
 * screens: its first tree stays referenced by its parent, and with every new one all trees after it.
 */
export const serverName = computed(() => status.value?.name ?? "Larder");

let timer: ReturnType<typeof setTimeout> | undefined;

function take(next: Session): void {
  const before = session.value;
  ended.value = null;
  session.value = next;
  setCsrfToken(next.csrfToken ?? "");
  if (before && before.user !== next.user) {
    clearResources();
    stopLive();
    clearLive();
  }
  if (next.mayRead) startLive({ sessionEnded: () => void refreshSession(), back: () => void comeBack() });
}

let refreshing: Promise<void> | null = null;

/** Several who ask at once, as after a daemon that came back, share one answer. */
export function refreshSession(): Promise<void> {
  refreshing ??= readSession().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function readSession(): Promise<void> {
  try {
    await tradeToken();
    const [who, now] = await Promise.all([call("GET /session"), call("GET /status")]);
    startError.value = null;
    if (session.value?.user && !who.user) {
      ended.value = who;
      stopLive();
      return;
    }
    takeStatus(now);
    take(who);
  } catch (error) {
    if (!session.value) startError.value = messageOf(error);
  }
}

/** After a lost connection: what the screen shows may be old. */
async function comeBack(): Promise<void> {
  await refreshSession();
  if (!ended.value) refreshResources();
}

let refreshTimer: ReturnType<typeof setTimeout> | undefined;

/** Once for several changes in a row. */
function refreshSoon(): void {
  clearTimeout(refreshTimer);
  refreshTimer = setTimeout(refreshResources, 100);
}

function takeStatus(next: Status): void {
  // Somebody else has saved something, or a file was changed.
  const revision = status.value?.config?.revision;
  if (revision !== undefined && next.config && next.config.revision !== revision) refreshSoon();
  status.value = next;
  statusAt.value = Date.now();
  statusError.value = null;
}

async function refreshStatus(): Promise<void> {
  try {
    const next = await call("GET /status", { timeoutMs: kStatusEveryMs });
    // Anybody may see some of it: with less in it than before, nobody is logged in any more.
    if (session.value?.user && status.value?.cache && !next.cache) await refreshSession();
    else takeStatus(next);
  } catch (error) {
    statusError.value = messageOf(error);
  }
}

/**
 * The daemon's token, from the link that it printed (#token=…). Taken out of the address at once, so that it stays in no
 * history and is copied along with no link.
 */
function takeToken(): string | null {
  const token = new URLSearchParams(window.location.hash.slice(1)).get("token");
  if (token) history.replaceState(null, "", window.location.pathname + window.location.search);
  return token;
}

let token = takeToken();

/** Trades the token for a session. One that is old leaves the reader what anybody may see. */
async function tradeToken(): Promise<void> {
  if (!token) return;
  try {
    await call("POST /session", { body: { token } });
  } catch (error) {
    if (!(error instanceof ApiError) || error.offline) throw error;
  }
  token = null;
}

/** Reads the session until the server answers, then its status now and then. */
export function startSession(): void {
  whenChanged(refreshSoon);
  whenUnauthorized(() => {
    if (session.value?.user && !ended.value) void refreshSession();
  });
  const tick = async () => {
    if (!session.value) await refreshSession();
    else if (!document.hidden && !ended.value) await refreshStatus();
    clearTimeout(timer); // of a tick that ran beside this one
    timer = setTimeout(tick, session.value ? kStatusEveryMs : 2000);
  };
  void tick();
  // The link was opened in a page that was there already.
  window.addEventListener("hashchange", () => {
    token = takeToken();
    if (token) void refreshSession();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    reconnectNow();
    void tick();
  });
}

export async function logIn(user: string, password: string): Promise<void> {
  const next = await call("POST /session", { body: { user, password } });
  loginAsked.value = false;
  take(next);
  await refreshStatus();
}

/** Goes on with what anybody may see. */
export function goOnWithout(): void {
  loginAsked.value = false;
  if (ended.value) take(ended.value);
}

export async function logOut(): Promise<void> {
  try {
    await call("DELETE /session");
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
  }
  clearResources();
  stopLive();
  clearLive();
  session.value = null;
  await refreshSession();
}

export interface ServerState {
  text: string;
  /** For the bar of a phone, where the end of a longer text would be cut off. */
  short?: string;
  role: "good" | "warn" | "bad";
  /** Where to read more. */
  link?: string;
}

/** The state of the server in words, the worst first. */
export function serverState(now: Status): ServerState[] {
  const states: ServerState[] = [];
  if (now.state === "starting") states.push({ text: "starting", role: "warn" });
  if (now.state === "unusable") {
    states.push({ text: "storage unusable, restart larderd", short: "storage unusable", role: "bad", link: "storage" });
  }
  if (now.state === "degraded") {
    states.push({ text: "storage cannot be written", short: "read-only storage", role: "bad", link: "storage" });
  }
  const down = (now.upstreams ?? []).filter((upstream) => upstream.state === "down");
  const recovering = (now.upstreams ?? []).filter((upstream) => upstream.state === "recovering");
  if (down.length > 0) {
    const names = down.length <= 2 ? down.map((upstream) => upstream.host).join(", ") : `${down.length} upstreams`;
    states.push({
      text: `${down.length > 2 ? "" : "upstream "}${names} down`,
      short: `${down.length} down`,
      role: "bad",
      link: "mirrors",
    });
  }
  const denied = (now.upstreams ?? []).filter((upstream) => upstream.state === "denied");
  if (denied.length > 0) {
    states.push({
      text:
        denied.length === 1
          ? `${denied[0]!.host} rejected the configured credentials`
          : `${denied.length} upstreams rejected the configured credentials`,
      short: `${denied.length} rejected credentials`,
      role: "bad",
      link: "mirrors",
    });
  }
  if (recovering.length > 0) {
    states.push({
      text:
        recovering.length === 1
          ? `upstream ${recovering[0]!.host} recovering`
          : `${recovering.length} upstreams recovering`,
      short: `${recovering.length} recovering`,
      role: "warn",
      link: "mirrors",
    });
  }
  const storage = now.storage;
  const limit = storage?.limitBytes ?? 0;
  if (storage && limit > 0 && storage.usedBytes > limit * 0.95) {
    states.push({ text: "storage nearly full", role: "warn", link: "storage" });
  }
  if (now.config?.reloadError)
    states.push({ text: "configuration file not applied", short: "config error", role: "bad", link: "configuration" });
  if (now.config && now.config.restartNeeded.length > 0) {
    states.push({ text: "restart needed", role: "warn", link: "configuration" });
  }
  return states.length > 0 ? states : [{ text: "serving", role: "good" }];
}
