// The one WebSocket of the page: subscribed topics, numbered messages, and coming back by itself. A gap in the numbers
// or the server's `resync` is healed by a new snapshot.
import { computed, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { LiveTopic, LogLevel } from "../api/schema.gen";
import { applyChange, applySnapshot, kNoData, type LiveData } from "./live_state";

type State = "connecting" | "open" | "lost";

interface Message {
  type: "snapshot" | "change" | "resync" | "refusal";
  topic: LiveTopic;
  seq: number;
  data?: unknown;
}

const kFirstWaitMs = 500;
const kLongestWaitMs = 10_000;
const kSessionEnded = 4401;

export const live = signal<LiveData>(kNoData);
export const liveState = signal<State>("connecting");
/** When the server last said something. */
export const liveAt = signal<number>(0);
export const liveLost = computed(() => liveState.value === "lost");

let socket: WebSocket | null = null;
let retryTimer: ReturnType<typeof setTimeout> | undefined;
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
  /** After a lost connection: what was read before may be old. */
  back: () => void;
}

export function startLive(handlers: LiveHandlers): void {
  onSessionEnded = handlers.sessionEnded;
  onBack = handlers.back;
  wanted = true;
  connect();
}

export function stopLive(): void {
  wanted = false;
  clearTimeout(retryTimer);
  socket?.close();
  socket = null;
  liveState.value = "lost";
}

export function clearLive(): void {
  live.value = kNoData;
  liveState.value = "connecting";
}

/** Tries at once instead of waiting. */
export function reconnectNow(): void {
  if (!wanted || socket) return;
  clearTimeout(retryTimer);
  connect();
}

function connect(): void {
  if (socket) return;
  const url = new URL("/api/v1/live", window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const opened = new WebSocket(url);
  socket = opened;
  expected.clear();
  let refused = true;
  opened.onopen = () => {
    refused = false;
    const before = liveState.value;
    waitMs = kFirstWaitMs;
    liveState.value = "open";
    liveAt.value = Date.now();
    for (const topic of users.keys()) subscribe(topic);
    if (before === "lost") onBack();
  };
  opened.onmessage = (event) => {
    if (typeof event.data === "string") receive(JSON.parse(event.data) as Message);
  };
  opened.onclose = (event) => {
    if (socket !== opened) return;
    socket = null;
    // A refused handshake does not say why: it may be that the session is none any more.
    if (refused || event.code === kSessionEnded) onSessionEnded();
    if (!wanted) return;
    liveState.value = "lost";
    retryTimer = setTimeout(connect, waitMs * (0.8 + Math.random() * 0.4));
    waitMs = Math.min(kLongestWaitMs, waitMs * 2);
  };
}

function receive(message: Message): void {
  liveAt.value = Date.now();
  const { topic, seq } = message;
  if (message.type === "snapshot") {
    expected.set(topic, seq + 1);
    live.value = applySnapshot(live.value, topic, message.data);
    return;
  }
  if (message.type === "refusal") return;
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
    live.value = applyChange(live.value, topic, message.data);
  }
}

function send(message: object): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function subscribe(topic: LiveTopic): void {
  send(topic === "logs" ? { type: "subscribe", topic, level: logLevel } : { type: "subscribe", topic });
}

/** Subscribes for as long as a component shows the topic. */
export function useLive(topic: LiveTopic): void {
  useEffect(() => {
    const count = users.get(topic) ?? 0;
    users.set(topic, count + 1);
    if (count === 0) subscribe(topic);
    return () => {
      const left = (users.get(topic) ?? 1) - 1;
      if (left > 0) {
        users.set(topic, left);
        return;
      }
      users.delete(topic);
      expected.delete(topic);
      send({ type: "unsubscribe", topic });
    };
  }, [topic]);
}

export function setLogLevel(level: LogLevel): void {
  if (logLevel === level) return;
  logLevel = level;
  live.value = { ...live.value, logs: [] };
  expected.delete("logs");
  if (!users.has("logs")) return;
  send({ type: "unsubscribe", topic: "logs" });
  subscribe("logs");
}
