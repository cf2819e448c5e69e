// The three pulls of the last hour that somebody will ask about.
import { EmptyState, Panel, Time } from "../../components/basics";
import { Loaded } from "../../components/loaded";
import { duration } from "../../format";
import { useNow } from "../../store/clock";
import { useResource } from "../../store/resource";
import { isAdmin } from "../../store/session";
import { imageOf, OutcomeBadge, reasonOf, shortImageOf } from "../transfers/outcome";

const kWorst = 3;
const kEveryMs = 15_000;
const kHourMs = 3_600_000;
const kStepMs = 300_000;

export function WorstPulls() {
  return isAdmin.value ? <Worst /> : null;
}

function Worst() {
  // In steps, so that the call is not another one each time.
  const from = new Date(Math.floor((useNow() - kHourMs) / kStepMs) * kStepMs).toISOString();
  const pulls = useResource("GET /pulls", { query: { worst: kWorst, from }, everyMs: kEveryMs });
  return (
    <Panel title="Worst pulls of the last hour" flush side={<a href="transfers">All pulls</a>}>
      <Loaded
        from={{ ...pulls, data: pulls.data?.items }}
        lines={2}
        empty={<EmptyState title="No slow or failed pulls">No pull failed or was slow in the last hour.</EmptyState>}
      >
        {(rows) => (
          <ul class="events">
            {rows.map((pull) => (
              <li key={pull.id}>
                <OutcomeBadge of={pull} />
                <a
                  class="grow wrap-anywhere mono small"
                  title={imageOf(pull)}
                  href={`transfers?pull=${encodeURIComponent(pull.id)}`}
                >
                  {shortImageOf(pull)}
                </a>
                <span class="small">
                  {duration(pull.tookMs)}
                  {reasonOf(pull) && <span class="muted">, {reasonOf(pull)}</span>}
                </span>
                <span class="muted small">
                  <Time at={pull.endedAt} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}
