// Line icons on a 16-pixel grid. They decorate: the words beside them, or the label of the button, carry the meaning.

const kPaths = {
  overview: "M2 13V8m4 5V3m4 10V6m4 7v-3",
  transfers: "M5 2v11m0 0-3-3m3 3 3-3m3 3V3m0 0L8 6m3-3 3 3",
  repositories: "M2 5l6-3 6 3v6l-6 3-6-3zm0 0 6 3 6-3M8 8v6",
  mirrors: "M2 5h9m0 0L8 2m3 3L8 8m6 3H5m0 0 3-3m-3 3 3 3",
  access: "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-6 6c.5-3 3-4 6-4s5.5 1 6 4",
  config: "M2 4h6m4 0h2M2 8h2m4 0h6M2 12h7m4 0h1M10 2.5v3M6 6.5v3m5 1v3",
  storage:
    "M2 4c0-1.3 2.7-2 6-2s6 .7 6 2-2.7 2-6 2-6-.7-6-2Zm0 0v8c0 1.3 2.7 2 6 2s6-.7 6-2V4M2 8c0 1.3 2.7 2 6 2s6-.7 6-2",
  metrics: "M2 2v12h12M4 10l3-3 2 2 5-5",
  logs: "M3 2h10v12H3zm2.5 3h5m-5 3h5m-5 3h3",
  nodes: "M2 3h12v4H2zm0 6h12v4H2zm2.5-4h.01m-.01 6h.01",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.5-1.5L14 14",
  sun: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1v1.5m0 11V15M1 8h1.5m11 0H15M3 3l1 1m8 8 1 1m0-10-1 1m-8 8-1 1",
  moon: "M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5Z",
  auto: "M8 2a6 6 0 1 0 0 12zm0 0a6 6 0 0 1 0 12M8 5h4.5M8 8h6M8 11h4.5",
  user: "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-6 6c.5-3 3-4 6-4s5.5 1 6 4",
  menu: "M2 4h12M2 8h12M2 12h12",
  fold: "M10 3 5 8l5 5",
  unfold: "m6 3 5 5-5 5",
  down: "m3 6 5 5 5-5",
  up: "m3 10 5-5 5 5",
  close: "m3 3 10 10M13 3 3 13",
  check: "m3 8.5 3.5 3.5L13 4.5",
  warn: "M8 2 1.5 13.5h13zm0 4.5v3.5m0 1.8v.01",
  bad: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Zm0-9v4m0 2v.01",
  unknown: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM6.2 6.2C6.4 5 9.8 5 9.8 6.7 9.8 8 8 8 8 9.2m0 2v.01",
  info: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Zm0-6.5v4M8 5v.01",
  copy: "M6 6h8v8H6zM4 10H2V2h8v2",
  plus: "M8 3v10M3 8h10",
  trash: "M2.5 4h11M6 4V2h4v2m-6 0 .6 10h6.8L12 4M6.5 7v4m3-4v4",
  refresh: "M13.5 8a5.5 5.5 0 1 1-1.6-3.9L14 6m0-4v4h-4",
  play: "M4 2.5v11l9-5.5z",
  pause: "M5 3v10m6-10v10",
  pin: "M6 2h4l.5 5 2 2.5h-9l2-2.5zM8 9.5V14",
  download: "M8 2v8m0 0L5 7m3 3 3-3M2 13h12",
  edit: "m3 10.5 7.5-7.5 2.5 2.5L5.5 13H3zM9 4.5 11.5 7",
  undo: "M3 6h6.5a3.5 3.5 0 0 1 0 7H6M3 6l3-3M3 6l3 3",
  logout: "M6 14H2V2h4m4 9 3-3-3-3m3 3H6",
  lock: "M3 7h10v7H3zm2 0V5a3 3 0 0 1 6 0v2",
  external: "M6 3H3v10h10v-3M9 3h4v4m0-4L7 9",
} as const;

export type IconName = keyof typeof kPaths;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path d={kPaths[name]} />
    </svg>
  );
}
