import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { EmptyState } from "./components/basics";
import { Boundary } from "./components/boundary";
import { EmptyFrame, Frame } from "./components/frame";
import { Questions } from "./components/overlay";
import { Toasts } from "./components/toast";
import { screenAt } from "./screens";
import { path } from "./store/router";
import { ended, isAdmin, loginNeeded, serverName, session, startError } from "./store/session";
import { Login, LoginAgain } from "./views/login";

export function App() {
  if (!session.value) {
    return startError.value ? (
      <main class="login">
        <EmptyState title="The server cannot be reached">{startError.value} This page keeps trying.</EmptyState>
      </main>
    ) : (
      <EmptyFrame />
    );
  }
  return (
    <>
      {loginNeeded.value ? (
        <Login />
      ) : (
        <Frame key={session.value.user}>
          <CurrentScreen />
        </Frame>
      )}
      <Questions />
      {ended.value && <LoginAgain />}
      <Toasts />
    </>
  );
}

function CurrentScreen() {
  const screen = screenAt(path.value);
  const name = serverName.value;
  useEffect(() => {
    document.title = screen ? `${screen.title} · ${name}` : name;
  }, [screen, name]);
  if (!screen) {
    return (
      <>
        <h1 class="visually-hidden">Not found</h1>
        <EmptyState title="Page not found" action={<a href=".">Go to the overview</a>} />
      </>
    );
  }
  if (screen.adminOnly && !isAdmin.value) {
    return (
      <>
        <h1 class="visually-hidden">{screen.title}</h1>
        <EmptyState title="Admins only">
          {session.value?.loginPossible
            ? `${screen.title} is for admins. Log in as one.`
            : `No login is configured. To see ${screen.title}, open the link that larderd prints at startup.`}
        </EmptyState>
      </>
    );
  }
  const View = screen.view;
  return (
    <Boundary key={screen.path}>
      <InTaskOfItsOwn>
        <View />
      </InTaskOfItsOwn>
    </Boundary>
  );
}

/** Drawn once all else of the change is: on a slow machine what goes and what comes would hold up the next key press. */
function InTaskOfItsOwn({ children }: { children: ComponentChildren }) {
  const [ready, setReady] = useState(false);
  useLayoutEffect(() => {
    const timer = setTimeout(() => setReady(true));
    return () => clearTimeout(timer);
  }, []);
  return ready ? children : null;
}
