// What images will be called here with a rule that is not saved yet, and who serves those names already.
import type { RuleConfig } from "../../api/schema.gen";
import { CopyButton } from "../../components/basics";
import { Loaded, Notice } from "../../components/loaded";
import { useAsked } from "../../store/asked";

export function NewRoute({ rule, image }: { rule: RuleConfig; image: string }) {
  const routes = useAsked("POST /sync/route", { rule, images: [image] });
  return (
    <section class="group stack tight">
      <h3>Route</h3>
      <div aria-live="polite" aria-busy={routes.loading}>
        <Loaded from={routes} lines={3}>
          {({ items: [route] }) =>
            route?.taken ? (
              <div class="stack tight">
                <ol class="route">
                  {route.commands.slice(0, 1).map(({ command }) => (
                    <li key={command}>
                      <span class="muted small">A pull of</span>
                      <span class="row flat">
                        <span class="mono small cut">{command}</span>
                        <CopyButton text={command} label="Copy the command" />
                      </span>
                    </li>
                  ))}
                  <li>
                    <span class="muted small">is fetched from</span>
                    {route.urls.map((url) => (
                      <span key={url} class="mono small wrap-anywhere">
                        {url}
                      </span>
                    ))}
                  </li>
                  <li>
                    <span class="muted small">and stored as</span>
                    <span class="mono small wrap-anywhere">{route.repository}</span>
                  </li>
                </ol>
                {route.servedFirstBy && (
                  <Notice role="warn">
                    Rule {route.servedFirstBy.index + 1} serves this name already and is tried first. Store the images
                    under another name, or move the new rule up once it is saved.
                  </Notice>
                )}
                {route.blocked && <Notice role="warn">Blocked: {route.blocked}</Notice>}
              </div>
            ) : (
              <Notice role="warn">
                The rule does not serve <span class="mono">{image}</span>: no prefix matches.
              </Notice>
            )
          }
        </Loaded>
      </div>
    </section>
  );
}
