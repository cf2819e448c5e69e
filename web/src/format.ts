// Numbers, times and names as every screen shows them: IEC sizes, at most one decimal, relative times.

const kSizes = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** 1536 → "1.5 KiB". */
export function bytes(value: number | null | undefined): string {
  if (value == null || !Number.isFinite(value)) return "–";
  let unit = 0;
  let amount = Math.abs(value);
  while (amount >= 1024 && unit < kSizes.length - 1) {
    amount /= 1024;
    unit++;
  }
  // 1023.6 KiB would be shown as 1024 KiB.
  if (unit > 0 && unit < kSizes.length - 1 && amount >= 1023.5) {
    amount /= 1024;
    unit++;
  }
  const text = unit === 0 ? String(Math.round(amount)) : amount.toFixed(amount >= 100 ? 0 : 1);
  return `${value < 0 ? "−" : ""}${text} ${kSizes[unit]}`;
}

export function rate(bytesPerSecond: number | null | undefined): string {
  return bytesPerSecond == null ? "–" : `${bytes(bytesPerSecond)}/s`;
}

const kCount = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const kFine = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const kCompact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** 12345 → "12,345". */
export function count(value: number | null | undefined): string {
  return value == null || !Number.isFinite(value) ? "–" : kCount.format(value);
}

/** 12345 → "12.3K", for axes and figures. */
export function compact(value: number): string {
  if (Math.abs(value) >= 1000) return kCompact.format(value);
  return Math.abs(value) < 10 ? kFine.format(value) : kCount.format(value);
}

/** 0.1234 → "12.3 %"; whole percents have no decimal. */
export function percent(ratio: number | null | undefined): string {
  if (ratio == null || !Number.isFinite(ratio)) return "–";
  const tenths = ratio * 1000;
  // 99.96 % is not all of it, and 0.04 % is not nothing.
  const shown = ratio < 1 && ratio > 0 ? Math.min(999, Math.max(1, Math.round(tenths))) : Math.round(tenths);
  return `${kCount.format(shown / 10)} %`;
}

/** "1 tag", "2 tags". */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A duration in milliseconds in at most two units: "1 h 5 min", "340 ms". */
export function duration(ms: number | null | undefined): string {
  if (ms == null || !Number.isFinite(ms)) return "–";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const parts: [number, string][] = [
    [Math.floor(seconds / 86400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [Math.floor(seconds) % 60, "s"],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(" ");
}

/** "just now", "5 min ago", "in 3 h". */
export function relative(time: string | number | Date, now = Date.now()): string {
  const difference = now - new Date(time).getTime();
  if (Number.isNaN(difference)) return "–";
  if (Math.abs(difference) < 5000) return "just now";
  const text = coarse(Math.abs(difference) / 1000);
  return difference >= 0 ? `${text} ago` : `in ${text}`;
}

function coarse(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 86400 * 2) return `${Math.round(seconds / 3600)} h`;
  if (seconds < 86400 * 60) return `${Math.round(seconds / 86400)} days`;
  return `${Math.round(seconds / 86400 / 30.4)} months`;
}

/** removedTags: 12 → "12 tags removed", freedBytes: 2048 → "2.0 KiB freed". */
export function resultText(key: string, value: number): string {
  if (key.endsWith("Bytes")) return `${bytes(value)} ${key.slice(0, -"Bytes".length)}`;
  const [first = "", ...nouns] = key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).split(" ");
  const what = nouns.length > 0 ? `${nouns.join(" ")} ${first}` : first;
  return `${count(value)} ${value === 1 ? what.replace(/ies(?= |$)/, "y").replace(/s(?= |$)/, "") : what}`;
}

/** By the offset: to have it written out is slow, and a list tells hundreds of times. */
const zones = new Map<number, string>();
const kZone = new Intl.DateTimeFormat("en", { timeZoneName: "short" });
const two = (value: number) => String(value).padStart(2, "0");

/** "UTC", "GMT+2": of the browser, at that time. */
export function zone(time: string | number | Date = Date.now()): string {
  const date = new Date(time);
  const offset = date.getTimezoneOffset();
  let name = zones.get(offset);
  if (name === undefined) {
    name = kZone.formatToParts(date).find((part) => part.type === "timeZoneName")?.value ?? "";
    zones.set(offset, name);
  }
  return name;
}

/** "2026-03-01". */
export function day(time: string | number | Date): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return "–";
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** "12:00:05", for what is read beside its date. */
export function timeOfDay(time: string | number | Date): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return "–";
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** "2026-03-01 12:00:05", where the zone is said once for many. */
export function dateTime(time: string | number | Date): string {
  const date = day(time);
  return date === "–" ? date : `${date} ${timeOfDay(time)}`;
}

/** "2026-03-01 12:00:05 UTC". */
export function absolute(time: string | number | Date): string {
  const text = dateTime(time);
  return text === "–" ? text : `${text} ${zone(time)}`;
}

/** The time of day with its zone, and the date unless that is today. */
export function clock(time: string | number | Date, now = Date.now()): string {
  return day(time) === day(now) ? `${timeOfDay(time)} ${zone(time)}` : absolute(time);
}

/** The first 12 characters of a digest's hash. */
export function shortDigest(digest: string): string {
  const colon = digest.indexOf(":");
  return digest.slice(colon + 1, colon + 13);
}
