import { render } from "preact";
import { App } from "./app";
import { startFocusGuard } from "./components/focus_guard";
import { startPaletteKeys } from "./components/palette";
import { screenAt } from "./screens";
import { path, startRouter } from "./store/router";
import { startSession } from "./store/session";
import "./style/tokens.css";
import "./style/base.css";
import "./style/components.css";
import "./style/frame.css";
import "./style/views.css";

startRouter();
// Beside the first calls, not after their answers.
void screenAt(path.value)?.view.preload();
startFocusGuard(document.body);
startPaletteKeys();
startSession();
render(<App />, document.getElementById("app")!);
