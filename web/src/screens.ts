// The screens, in the order of the navigation.
import type { ComponentType } from "preact";
import type { IconName } from "./components/icon";
import { Access } from "./views/access";
import { Configuration } from "./views/configuration";
import { Logs } from "./views/logs";
import { Metrics } from "./views/metrics";
import { Mirrors } from "./views/mirrors";
import { NodeSetup } from "./views/node_setup";
import { Overview } from "./views/overview";
import { Repositories } from "./views/repositories";
import { Storage } from "./views/storage";
import { Transfers } from "./views/transfers";

export interface Screen {
  path: string; // below the base; "" is the first
  title: string;
  short: string; // for the bar of a phone
  icon: IconName;
  view: ComponentType;
  adminOnly?: boolean;
}

export const screens: Screen[] = [
  { path: "", title: "Overview", short: "Overview", icon: "overview", view: Overview },
  { path: "transfers", title: "Transfers", short: "Transfers", icon: "transfers", view: Transfers },
  { path: "repositories", title: "Repositories", short: "Images", icon: "repositories", view: Repositories },
  { path: "mirrors", title: "Mirrors", short: "Mirrors", icon: "mirrors", view: Mirrors, adminOnly: true },
  { path: "access", title: "Access", short: "Access", icon: "access", view: Access, adminOnly: true },
  {
    path: "configuration",
    title: "Configuration",
    short: "Config",
    icon: "config",
    view: Configuration,
    adminOnly: true,
  },
  { path: "storage", title: "Storage", short: "Storage", icon: "storage", view: Storage, adminOnly: true },
  { path: "charts", title: "Metrics", short: "Metrics", icon: "metrics", view: Metrics },
  { path: "logs", title: "Audit and logs", short: "Logs", icon: "logs", view: Logs, adminOnly: true },
  { path: "node-setup", title: "Node setup", short: "Nodes", icon: "nodes", view: NodeSetup },
];

export function screenAt(path: string): Screen | undefined {
  return screens.find((screen) => screen.path === path);
}
