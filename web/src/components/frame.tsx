// Navigation at the left, the server's state at the top, the search over everything.
import type { ComponentChildren } from "preact";
import { computed, signal } from "@preact/signals";
import icon from "../icon.svg";
import { clock } from "../format";
import { screens, type Screen } from "../screens";
import { liveLost, liveState, silentSince } from "../store/live";
import { isNarrow } from "../store/narrow";
import { mayLeaveFor, path } from "../store/router";
import {
  isAdmin,
  loginAsked,
  logOut,
  openToReaders,
  serverName,
  serverState,
  session,
  status,
  type ServerState,
} from "../store/session";
import { nextTheme, theme } from "../store/theme";
import { Badge, Button } from "./basics";
import { commandSources } from "./commands";
import { ConnectionLine } from "./connection";
import { Icon } from "./icon";
import { act } from "./loaded";
import { Modal } from "./modal";
import { openPalette, Palette } from "./palette";

const kFoldedKey = "larder.folded";
const folded = signal(localStorage.getItem(kFoldedKey) === "yes");
const navClass = computed(() => (folded.value ? "nav folded" : "nav"));
const drawerOpen = signal(false);

/** What the screens show is old while the connection is lost. */
const mainClass = computed(() => (liveLost.value ? "stale" : ""));

/** How many of them fit the bar of a phone; the others are in the drawer. */
const kInBar = 4;

export function visibleScreens(): Screen[] {
  return screens.filter((screen) => !screen.adminOnly || isAdmin.value);
}

/** What index.html shows before the script has run, until it is known who is there. */
export function EmptyFrame() {
  return (
    <>
      <div class={navClass.value} aria-hidden="true">
        <span class="brand">
          <img src={icon} alt="" />
          <span class="word">Larder</span>
        </span>
      </div>
      <div class="top" aria-hidden="true">
        <div class="state">
          <span class="server cut">{serverName.value}</span>
        </div>
      </div>
    </>
  );
}

export function Frame({ children }: { children: ComponentChildren }) {
  return (
    <>
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("content")?.focus();
        }}
      >
        Skip to content
      </a>
      <Navigation />
      <TopBar />
      <ConnectionLine />
      <main id="content" class={mainClass} tabIndex={-1}>
        {children}
      </main>
      {drawerOpen.value && <Drawer />}
      <Palette sources={commandSources} />
    </>
  );
}

function ScreenLink({ screen, short, later }: { screen: Screen; short?: boolean; later?: boolean }) {
  return (
    <li class={later ? "later" : undefined}>
      <a
        href={`./${screen.path}`}
        aria-current={path.value === screen.path ? "page" : undefined}
        title={screen.title}
        onClick={() => (drawerOpen.value = false)}
      >
        <Icon name={screen.icon} size={18} />
        <span class="word">{short ? screen.short : screen.title}</span>
      </a>
    </li>
  );
}

function Navigation() {
  const toggle = () => {
    folded.value = !folded.value;
    localStorage.setItem(kFoldedKey, folded.value ? "yes" : "no");
  };
  const inDrawer = visibleScreens().findIndex((screen) => screen.path === path.value) >= kInBar;
  return (
    <nav class={navClass.value} aria-label="Screens">
      <a class="brand" href=".">
        <img src={icon} alt="" />
        <span class="word">Larder</span>
      </a>
      <ul>
        {visibleScreens().map((screen, index) => (
          <ScreenLink key={screen.path} screen={screen} short={isNarrow.value} later={index >= kInBar} />
        ))}
        <li class="more">
          <button
            type="button"
            class={`fold${inDrawer ? " current" : ""}`}
            aria-haspopup="dialog"
            onClick={() => (drawerOpen.value = true)}
          >
            <Icon name="menu" size={18} />
            <span class="word">More</span>
          </button>
        </li>
      </ul>
      <div class="foot">
        <button
          type="button"
          class="fold"
          aria-expanded={!folded.value}
          title={folded.value ? "Expand" : "Collapse"}
          onClick={toggle}
        >
          <Icon name={folded.value ? "unfold" : "fold"} size={18} />
          <span class="word">Collapse</span>
          {folded.value && <span class="visually-hidden">Expand the navigation</span>}
        </button>
      </div>
    </nav>
  );
}

function Drawer() {
  return (
    <Modal class="drawer" label="All screens" onDismiss={() => (drawerOpen.value = false)}>
      <ul>
        {visibleScreens().map((screen) => (
          <ScreenLink key={screen.path} screen={screen} />
        ))}
      </ul>
    </Modal>
  );
}

const kThemeWords = { system: "system", light: "light", dark: "dark" };
const kThemeIcons = { system: "auto", light: "sun", dark: "moon" } as const;

async function leave(): Promise<void> {
  if (await mayLeaveFor(null)) await act(logOut, "Logged out");
}

function TopBar() {
  const who = session.value;
  return (
    <header class="top">
      <div class="state">
        <span class="server cut">{serverName.value}</span>
        <StateWords />
      </div>
      <button type="button" class="button find" aria-keyshortcuts="Control+K" onClick={openPalette}>
        <Icon name="search" />
        <span class="words">Search</span>
        <span class="visually-hidden">everything</span>
        <kbd>Ctrl K</kbd>
      </button>
      <Button
        kind="ghost"
        icon={kThemeIcons[theme.value]}
        label={`Theme: ${kThemeWords[theme.value]}. Change`}
        onClick={nextTheme}
      />
      {who?.user ? (
        <>
          <span class="wide-only row">
            <Icon name="user" /> {who.user}
          </span>
          <Button kind="ghost" icon="logout" label={`Log out ${who.user}`} onClick={() => void leave()} />
        </>
      ) : (
        who?.loginPossible && <Button onClick={() => (loginAsked.value = true)}>Log in</Button>
      )}
    </header>
  );
}

function wordsOf(state: ServerState): string {
  return isNarrow.value ? (state.short ?? state.text) : state.text;
}

function StateWords() {
  if (liveLost.value) {
    const since = silentSince.value ? ` since ${clock(silentSince.value)}` : "";
    return <Badge role="bad">{`${liveState.value === "silent" ? "silent" : "connection lost"}${since}`}</Badge>;
  }
  const now = status.value;
  if (!now) return null;
  return (
    <span class="row states" role="status">
      {serverState(now)
        .slice(0, isNarrow.value ? 1 : 3)
        .map((state) =>
          state.link ? (
            <a key={state.text} href={state.link}>
              <Badge role={state.role}>{wordsOf(state)}</Badge>
            </a>
          ) : (
            <Badge key={state.text} role={state.role}>
              {wordsOf(state)}
            </Badge>
          ),
        )}
      {openToReaders.value && (
        <Badge
          role="info"
          title="No login is configured. To make changes, open the link that larderd prints at startup, or configure htpasswd (http.auth.htpasswd.path)."
        >
          read-only
        </Badge>
      )}
    </span>
  );
}
