// How an upstream answered when it was tried.
import type { UpstreamTest } from "../../api/schema.gen";
import { Notice } from "../../components/loaded";
import { count, duration } from "../../format";

const kLogins: Record<UpstreamTest["login"], string> = {
  anonymous: "no login needed",
  accepted: "login accepted",
  refused: "login rejected",
  unknown: "login not tried",
};

export function TestResult({ tests }: { tests: UpstreamTest[] | string }) {
  if (typeof tests === "string") return <Notice role="bad">{tests}</Notice>;
  return (
    <>
      {tests.map((test) => (
        <Notice key={test.url} role={test.ok ? "good" : "bad"}>
          <span class="mono">{test.url}</span>:{" "}
          {test.reachable ? `answered in ${duration(test.tookMs)}` : "not reachable"}
          {test.tls && `, TLS ${test.tls}`}, {kLogins[test.login]}
          {test.rateRemaining !== undefined && `, ${count(test.rateRemaining)} pulls left`}
          {test.error && <div>{test.error}</div>}
        </Notice>
      ))}
    </>
  );
}
