// The one WebSocket of the page: subscribed topics, numbered messages, and coming back by itself. A gap in the numbers
// or the server's `resync` is healed by a new snapshot. Heartbeats come whatever else happens, so that a server that is
// frozen is told from one that has nothing to say; and a ping goes out as often, so that it knows the same of us.
import { computed, signal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, urlOf } from "../api/client";
import type { LiveTopic, LogLevel, Problem } from "../api/schema.gen";
import { addressBelow } from "../base";
import { fromSnapshot, withChange, type LiveData } from "./live_state";

/** silent: the socket is there, and has said nothing for three ticks. */
export type LiveState = "connecting" | "open" | "silent" | "lost";

interface Message {
  type: "snapshot" | "change" | "resync" | "refusal" | "closed" | "heartbeat" | "pong";
  topic: LiveTopic;
  seq: number;
  data?: unknown;
  problem?: Problem;
  everyMs?: number; // of a heartbeat
}

const kLookMs = 500;
/** What the network may take longer for one heartbeat than for another. */
const kSlackMs = 300;
const kGiveUpAfterMs = 12_000;
const kHandshakeMs = 5000;
const kFirstWaitMs = 500;
const kLongestWaitMs = 10_000;
const kSessionEnded = 4401;

type Topics = { [T in LiveTopic]: Signal<LiveData[T] | null> };

/** Null until the first snapshot. By topic, so that a message redraws its readers alone. */
export const live: Topics = {
  metrics: signal(null),
  transfers: signal(null),
  jobs: signal(null),
  events: signal(null),
  logs: signal(null),
  upstreams: signal(null),
};
const refusals = signal<Partial<Record<LiveTopic, ApiError>>>({});

export const liveState = signal<LiveState>("connecting");
/** When the server last said something, in ms; kept up to date while nothing is drawn from it. */
let heardAt = 0;
/** As often as the server says that it speaks at least. */
let beatMs = 2000;
let pingedAt = 0;
/** The same, set when it falls silent: what is on the screen is from then. */
export const silentSince = signal<number>(0);
/** When the next try begins; 0 while one runs or none is needed. */
export const nextTryAt = signal<number>(0);
export const liveLost = computed(() => liveState.value === "lost" || liveState.value === "silent");

let socket: WebSocket | null = null;
let retryTimer: ReturnType<typeof setTimeout> | undefined;
let watchdog: ReturnType<typeof setInterval> | undefined;
let openedAt = 0;
let waitMs = kFirstWaitMs;
let wanted = false;
let logLevel: LogLevel = "info";
const users = new Map<LiveTopic, number>();
const expected = new Map<LiveTopic, number>();
let onSessionEnded: () => void = () => {};
let onBack: () => void = () => {};

export interface LiveHandlers {
  /** The session has ended, or may have. */
  sessionEnded: () => void;
  /** After a lost connection or a silence: what was read before may be old. */
  back: () => void;
}

export function startLive(handlers: LiveHandlers): void {
  onSessionEnded = handlers.sessionEnded;
  onBack = handlers.back;
  wanted = true;
  watchdog ??= setInterval(look, kLookMs);
  connect();
}

export function stopLive(): void {
  wanted = false;
  clearTimeout(retryTimer);
  clearInterval(watchdog);
  watchdog = undefined;
  drop();
  goSilent("lost");
}

export function clearLive(): void {
  for (const topic of Object.values(live)) topic.value = null;
  refusals.value = {};
  liveState.value = "connecting";
}

/** Tries at once instead of waiting. */
export function reconnectNow(): void {
  if (!wanted || socket) return;
  clearTimeout(retryTimer);
  connect();
}

/** Closes the socket without waiting for the other side, which may never answer. */
function drop(): void {
  const old = socket;
  socket = null;
  old?.close();
}

function goSilent(state: "silent" | "lost"): void {
  if (!liveLost.value) silentSince.value = heardAt;
  liveState.value = state;
}

function look(): void {
  if (!socket) return;
  const now = Date.now();
  if (socket.readyState !== WebSocket.OPEN) {
    if (now - openedAt > kHandshakeMs) lose();
    return;
  }
  const silentMs = now - heardAt;
  if (silentMs > kGiveUpAfterMs) lose();
  else if (silentMs > 3 * beatMs + kSlackMs) goSilent("silent");
  if (now - pingedAt >= beatMs) {
    pingedAt = now;
    send({ type: "ping" });
  }
}

function lose(): void {
  drop();
  if (!wanted) return;
  goSilent("lost");
  const wait = waitMs * (0.8 + Math.random() * 0.4);
  nextTryAt.value = Date.now() + wait;
  retryTimer = setTimeout(connect, wait);
  waitMs = Math.min(kLongestWaitMs, waitMs * 2);
}

function connect(): void {
  if (socket) return;
  const url = addressBelow(urlOf("GET /live"));
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const opened = new WebSocket(url);
  socket = opened;
  openedAt = Date.now();
  nextTryAt.value = 0;
  expected.clear();
  let refused = true;
  opened.onopen = () => {
    if (socket !== opened) return;
    refused = false;
    waitMs = kFirstWaitMs;
    heard();
    for (const topic of users.keys()) subscribe(topic);
  };
  opened.onmessage = (event) => {
    if (socket === opened && typeof event.data === "string") receive(JSON.parse(event.data) as Message);
  };
  opened.onclose = (event) => {
    if (socket !== opened) return;
    socket = null;
    // A refused handshake does not say why: it may be that the session is none any more.
    if (refused || event.code === kSessionEnded) onSessionEnded();
    lose();
  };
}

function heard(): void {
  heardAt = Date.now();
  if (liveState.value === "open") return;
  const back = liveLost.value;
  liveState.value = "open";
  if (back) onBack();
}

function put<T extends LiveTopic>(topic: T, data: LiveData[T]): void {
  live[topic].value = data;
}

function change<T extends LiveTopic>(topic: T, payload: unknown): void {
  const data = live[topic].value;
  if (data !== null) put(topic, withChange(topic, data as LiveData[T], payload));
}

function receive(message: Message): void {
  heard();
  const { topic, seq } = message;
  if (message.type === "heartbeat") beatMs = message.everyMs ?? beatMs;
  if (message.type === "heartbeat" || message.type === "pong") return;
  if (message.type === "snapshot") {
    expected.set(topic, seq + 1);
    put(topic, fromSnapshot(topic, message.data));
    return;
  }
  if (message.type === "refusal" || message.type === "closed") {
    const { status = 403, title = "Refused", detail = "" } = message.problem ?? {};
    refusals.value = { ...refusals.value, [topic]: new ApiError(status, title, detail) };
    if (message.type === "closed") {
      // What this browser may do has changed.
      expected.delete(topic);
      live[topic].value = null;
      onSessionEnded();
    }
    return;
  }
  const due = expected.get(topic);
  if (due === undefined) return; // a new snapshot is on its way
  if (message.type === "resync") {
    expected.delete(topic);
  } else if (seq !== due) {
    expected.delete(topic);
    send({ type: "unsubscribe", topic });
    subscribe(topic);
  } else {
    expected.set(topic, seq + 1);
    change(topic, message.data);
  }
}

function send(message: object): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function subscribe(topic: LiveTopic): void {
  send(topic === "logs" ? { type: "subscribe", topic, level: logLevel } : { type: "subscribe", topic });
}

function release(topic: LiveTopic): void {
  const left = (users.get(topic) ?? 1) - 1;
  if (left > 0) {
    users.set(topic, left);
    return;
  }
  users.delete(topic);
  expected.delete(topic);
  live[topic].value = null; // nobody keeps it up to date
  send({ type: "unsubscribe", topic });
}

export interface LiveReading<T> {
  data: T | undefined;
  error: ApiError | null;
  reload: () => void;
}

const kAway = new ApiError(0, "No connection", "The live stream is down. It reconnects by itself.");

/** Subscribes for as long as a component shows the topic, and draws it again with each message of it. */
export function useLive<T extends LiveTopic>(topic: T): LiveReading<LiveData[T]> {
  useEffect(() => {
    const count = users.get(topic) ?? 0;
    users.set(topic, count + 1);
    if (count === 0) subscribe(topic);
    return () => release(topic);
  }, [topic]);
  const data = (live[topic].value as LiveData[T] | null) ?? undefined;
  const error = refusals.value[topic] ?? (data === undefined && liveLost.value ? kAway : null);
  return { data, error, reload: reconnectNow };
}

export function setLogLevel(level: LogLevel): void {
  if (logLevel === level) return;
  logLevel = level;
  live.logs.value = null;
  expected.delete("logs");
  if (!users.has("logs")) return;
  send({ type: "unsubscribe", topic: "logs" });
  subscribe("logs");
}
