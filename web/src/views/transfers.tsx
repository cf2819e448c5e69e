// Downloads that are running, and what became of the pulls before.
import { PastPulls } from "./transfers/past";
import { RunningTransfers } from "./transfers/running";
import { isAdmin } from "../store/session";

export function Transfers() {
  return (
    <div class="screen fill">
      <h1>Transfers</h1>
      <RunningTransfers />
      {isAdmin.value && <PastPulls />}
    </div>
  );
}
