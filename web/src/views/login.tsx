import { useState } from "preact/hooks";
import { messageOf } from "../api/client";
import { Button } from "../components/basics";
import { TextField } from "../components/field";
import { Notice } from "../components/loaded";
import icon from "../icon.svg";
import { loginAsked, logIn, session, status } from "../store/session";

export function Login() {
  const [user, setUser] = useState("");
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
    <main class="login">
      <form class="panel stack" onSubmit={(event) => void submit(event)}>
        <div class="brand">
          <img src={icon} alt="" />
          <h1>{status.value?.name ?? "Larder"}</h1>
        </div>
        <p class="muted">Log in to this registry cache.</p>
        {error && <Notice role="bad">{error}</Notice>}
        <TextField label="User" value={user} onInput={setUser} autoComplete="username" required autoFocus />
        <TextField
          label="Password"
          type="password"
          value={password}
          onInput={setPassword}
          autoComplete="current-password"
          required
        />
        <div class="row">
          <Button kind="primary" submit busy={busy}>
            Log in
          </Button>
          {session.value?.mayRead && <Button onClick={() => (loginAsked.value = false)}>Go on without</Button>}
        </div>
      </form>
    </main>
  );
}
