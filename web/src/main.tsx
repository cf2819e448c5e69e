import { render } from "preact";
import { App } from "./app";
import { startFocusGuard } from "./components/focus_guard";
import { startPaletteKeys } from "./components/palette";
import { startRouter } from "./store/router";
import { startSession } from "./store/session";
import "./style/tokens.css";
import "./style/base.css";
import "./style/components.css";
import "./style/frame.css";
import "./style/views.css";

startRouter();
startFocusGuard(document.body);
startPaletteKeys();
startSession();
render(<App />, document.getElementById("app")!);
