import { useId, useState } from "preact/hooks";
import { messageOf } from "../api/client";
import { Button } from "../components/basics";
import { TextField } from "../components/field";
import { Notice } from "../components/loaded";
import { Modal } from "../components/modal";
import icon from "../icon.svg";
import { ended, goOnWithout, logIn, serverName, session } from "../store/session";

export function Login() {
  return (
    <main class="login">
      <LoginForm user="" title={serverName.value} text="Log in to this registry cache." class="panel" />
    </main>
  );
}

/** Over the page as it is, which goes on afterwards. */
export function LoginAgain() {
  const title = useId();
  return (
    <Modal class="question" labelledBy={title}>
      <LoginForm
        user={session.value?.user ?? ""}
        titleId={title}
        title="Your session has ended"
        text="Log in again and continue where you were. What you typed is still here."
      />
    </Modal>
  );
}

function LoginForm(props: { user: string; title: string; titleId?: string; text: string; class?: string }) {
  const [user, setUser] = useState(props.user);
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");

  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError("");
    try {
      await logIn(user, password);
    } catch (failure) {
      setError(messageOf(failure));
      setPassword("");
    } finally {
      setBusy(false);
    }
  };

  return (
    <form class={`${props.class ?? ""} stack`} onSubmit={(event) => void submit(event)}>
      <div class="brand">
        <img src={icon} alt="" />
        <h1 id={props.titleId}>{props.title}</h1>
      </div>
      <p class="muted">{props.text}</p>
      {error && <Notice role="bad">{error}</Notice>}
      <TextField
        label="User"
        value={user}
        onInput={setUser}
        autoComplete="username"
        required
        autoFocus={props.user === ""}
      />
      <TextField
        label="Password"
        type="password"
        value={password}
        onInput={setPassword}
        autoComplete="current-password"
        required
        autoFocus={props.user !== ""}
      />
      <div class="row">
        <Button kind="primary" submit busy={busy}>
          Log in
        </Button>
        {(ended.value ?? session.value)?.mayRead && <Button onClick={goOnWithout}>Continue without logging in</Button>}
      </div>
    </form>
  );
}
