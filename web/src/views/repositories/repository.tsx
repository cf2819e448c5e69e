// One repository: what it is, and its tags.
import type { RepositoryDetail } from "../../api/schema.gen";
import { call } from "../../api/client";
import { Button, EmptyState, Panel, Time } from "../../components/basics";
import { act, Loaded } from "../../components/loaded";
import { ask } from "../../components/overlay";
import { bytes, plural } from "../../format";
import { useResource } from "../../store/resource";
import { navigate, query, setQuery } from "../../store/router";
import { mayConfigure } from "../../store/session";
import { BlockNotices, BlockSheet } from "./blocks";
import { ManifestSheet } from "./manifest";
import { Tags } from "./tags";

export function RepositoryView({ name }: { name: string }) {
  const detail = useResource("GET /repository", { query: { repository: name } });
  const gone = detail.data === undefined && detail.error?.status === 404;
  const reference = query.value.get("ref");
  const blocking = query.value.get("block") !== null;
  return (
    <div class="screen fill">
      <div class="screen-head">
        <h1 class="crumbs wrap-anywhere">
          <a href="repositories">Repositories</a> <span class="muted">/</span> <span class="mono">{name}</span>
        </h1>
      </div>
      {gone ? (
        <Panel>
          <EmptyState title="Repository not found" action={<a href="repositories">All repositories</a>}>
            Nothing is stored under this name, or you are not allowed to read it. It appears here with its first pull.
          </EmptyState>
        </Panel>
      ) : (
        <>
          <Loaded from={detail} lines={2}>
            {(data) => (
              <>
                <Summary repository={data} onBlock={() => setQuery({ block: "new" }, { push: true })} />
                <BlockNotices blocks={data.blocks ?? []} onChanged={detail.reload} />
              </>
            )}
          </Loaded>
          <Tags
            name={name}
            mayDelete={detail.data?.may.includes("delete") ?? false}
            onChanged={() => void detail.reload()}
          />
        </>
      )}
      {blocking && <BlockSheet repository={name} onChanged={detail.reload} onClose={() => setQuery({ block: null })} />}
      {reference && (
        <ManifestSheet
          key={reference}
          repository={name}
          reference={reference}
          mayDelete={detail.data?.may.includes("delete") ?? false}
          onClose={() => setQuery({ ref: null })}
        />
      )}
    </div>
  );
}

function Summary({ repository, onBlock }: { repository: RepositoryDetail; onBlock: () => void }) {
  const { name, origin } = repository;
  const remove = async () => {
    const yes = await ask({
      title: `Remove ${name}?`,
      body: `Removes ${plural(repository.tags, "tag")} and ${plural(repository.manifests, "manifest")}. Garbage collection then frees ${bytes(repository.ownBytes)} that no other repository uses. ${
        origin
          ? `The next pull fetches it again from ${origin.host}.`
          : "It was pushed here and cannot be fetched again."
      }`,
      confirm: "Remove the repository",
      refuse: "Cancel",
      danger: true,
    });
    if (yes && (await act(() => call("DELETE /repository", { query: { repository: name } }), `${name} removed`))) {
      await navigate("repositories", { replace: true });
    }
  };
  // At the end of what it parts, so that no line begins with one.
  const dot = <span class="muted">·</span>;
  return (
    <div class="row summary">
      <span>
        {origin ? (
          <>
            from{" "}
            <span class="mono">
              {origin.host}/{origin.name}
            </span>
          </>
        ) : (
          "pushed here"
        )}{" "}
        {dot}
      </span>
      <span>
        {plural(repository.tags, "tag")} {dot}
      </span>
      <span title="The first figure counts layers shared with other repositories too">
        {bytes(repository.sizeBytes)}, {bytes(repository.ownBytes)} only here {dot}
      </span>
      <span>
        {plural(repository.pulls, "pull")}
        {repository.lastPulledAt && (
          <>
            , last <Time at={repository.lastPulledAt} />
          </>
        )}
      </span>
      <span class="grow" />
      {mayConfigure.value && (
        <Button icon="lock" onClick={onBlock}>
          Block…
        </Button>
      )}
      {repository.may.includes("delete") && (
        <Button kind="danger" icon="trash" onClick={() => void remove()}>
          {origin ? "Purge" : "Remove"}
        </Button>
      )}
    </div>
  );
}
