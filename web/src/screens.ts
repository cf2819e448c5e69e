// The screens, in the order of the navigation.
import type { IconName } from "./components/icon";
import { lazy, type LazyView } from "./components/lazy";

export interface Screen {
  path: string;
  title: string;
  short: string; // for the bar of a phone
  icon: IconName;
  view: LazyView;
  adminOnly?: boolean;
}

export const screens: Screen[] = [
  {
    path: "/",
    title: "Overview",
    short: "Overview",
    icon: "overview",
    view: lazy(async () => (await import("./views/overview")).Overview),
  },
  {
    path: "/transfers",
    title: "Transfers",
    short: "Transfers",
    icon: "transfers",
    view: lazy(async () => (await import("./views/transfers")).Transfers),
  },
  {
    path: "/repositories",
    title: "Repositories",
    short: "Images",
    icon: "repositories",
    view: lazy(async () => (await import("./views/repositories")).Repositories),
  },
  {
    path: "/mirrors",
    title: "Mirrors",
    short: "Mirrors",
    icon: "mirrors",
    view: lazy(async () => (await import("./views/mirrors")).Mirrors),
    adminOnly: true,
  },
  {
    path: "/access",
    title: "Access",
    short: "Access",
    icon: "access",
    view: lazy(async () => (await import("./views/access")).Access),
    adminOnly: true,
  },
  {
    path: "/configuration",
    title: "Configuration",
    short: "Config",
    icon: "config",
    view: lazy(async () => (await import("./views/configuration")).Configuration),
    adminOnly: true,
  },
  {
    path: "/storage",
    title: "Storage",
    short: "Storage",
    icon: "storage",
    view: lazy(async () => (await import("./views/storage")).Storage),
    adminOnly: true,
  },
  {
    path: "/charts",
    title: "Metrics",
    short: "Metrics",
    icon: "metrics",
    view: lazy(async () => (await import("./views/metrics")).Metrics),
  },
  {
    path: "/logs",
    title: "Audit and logs",
    short: "Logs",
    icon: "logs",
    view: lazy(async () => (await import("./views/logs")).Logs),
    adminOnly: true,
  },
  {
    path: "/node-setup",
    title: "Node setup",
    short: "Nodes",
    icon: "nodes",
    view: lazy(async () => (await import("./views/node_setup")).NodeSetup),
  },
];

export function screenAt(path: string): Screen | undefined {
  return screens.find((screen) => screen.path === path);
}
