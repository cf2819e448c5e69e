// From an empty daemon to the first pull seen on the screen, in three steps. It goes when that pull was seen.
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { Badge, Panel, Time } from "../../components/basics";
import { Loaded } from "../../components/loaded";
import { useResource } from "../../store/resource";
import { isAdmin, status } from "../../store/session";

const kLookEveryMs = 3000;

/** Nothing is stored, and nobody has asked for anything since the start. */
function isNew(): boolean {
  const now = status.value;
  const asked = now?.cache ? now.cache.hits + now.cache.misses + now.cache.stale : 0;
  return isAdmin.value && now?.storage?.usedBytes === 0 && asked === 0;
}

/** Stays until the overview is left, so that the first pull is seen there. */
export function FirstRun() {
  const shown = useRef(false);
  shown.current ||= isNew();
  return shown.current ? <Steps /> : null;
}

function Steps() {
  const rules = useResource("GET /sync/rules", { everyMs: kLookEveryMs });
  const pulls = useResource("GET /pulls", { query: { limit: 1 }, everyMs: kLookEveryMs });
  return (
    <Panel title="Get started: three steps to the first pull">
      <Loaded from={rules} lines={3}>
        {(data) => {
          const mirrored = data.items.length > 0;
          const pull = pulls.data?.items[0];
          return (
            <ol class="first-run">
              <Step
                number={1}
                title="Add a mirror"
                done={mirrored}
                text="Choose the registry that images come from: Docker Hub, GHCR, Quay or another one."
              >
                <a class="button primary" href="mirrors?edit=new">
                  Add a mirror
                </a>
              </Step>
              <Step
                number={2}
                title="Point a node here"
                done={pull !== undefined}
                waits={!mirrored}
                text="Copy the ready-made files for containerd, Kubernetes, Podman, CRI-O or Docker, with the login if one is needed."
              >
                <a class="button" href="node-setup">
                  Set up a node
                </a>
              </Step>
              <Step
                number={3}
                title="Pull an image"
                done={pull !== undefined}
                waits={!mirrored}
                text="On that node, for example: crictl pull docker.io/library/alpine. It shows up here within seconds."
              >
                {pull ? (
                  <span>
                    {pull.repository} was pulled <Time at={pull.endedAt} />
                  </span>
                ) : (
                  <span class="muted" role="status">
                    Waiting for the first pull…
                  </span>
                )}
              </Step>
            </ol>
          );
        }}
      </Loaded>
    </Panel>
  );
}

interface StepProps {
  number: number;
  title: string;
  text: string;
  done: boolean;
  /** An earlier step comes first. */
  waits?: boolean;
  children: ComponentChildren;
}

function Step({ number, title, text, done, waits, children }: StepProps) {
  return (
    <li class={waits ? "waits" : undefined}>
      <h3 class="row">
        {number}. {title} {done && <Badge role="good">done</Badge>}
      </h3>
      <p class="muted">{text}</p>
      {(!done || number === 3) && <div class="row">{children}</div>}
    </li>
  );
}
