"""Alerts fire where they should and are silent where they should be; the dashboard asks for what the daemon has."""

import json
import pathlib
import re
import subprocess

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "resources" / "larder.rules.yaml"
DASHBOARD = ROOT / "resources" / "larder.dashboard.json"
INFO = 'zot_info{binaryType="larder",job="larder",instance="a",namespace="n"}'
UP = 'up{job="larder",instance="a",namespace="n"}'
HERE = 'job="larder",instance="a",namespace="n"'
# Series a minute apart, in promtool's notation. By alert: those that it fires for, those that it does not.
CASES = {
    "LarderAbsent": ({'zot_info{binaryType="larder"}': "1x5 _x30"}, {INFO: "1x60"}),
    "LarderNotScraped": ({UP: "1x5 0x30", INFO: "1x5 _x30"}, {UP: "1x5 0 1x30", INFO: "1x60"}),
    "LarderServerErrors": (
        {
            INFO: "1x60",
            f'zot_http_requests_total{{{HERE},code="502"}}': "0+10x60",
            f'zot_http_requests_total{{{HERE},code="200"}}': "0+100x60",
        },
        {
            INFO: "1x60",
            f'zot_http_requests_total{{{HERE},code="404"}}': "0+100x60",
            f'zot_http_requests_total{{{HERE},code="500"}}': "0+1x60",
        },
    ),
    "LarderUpstreamAway": (
        {'larder_upstream_breaker_state{upstream="docker.io"}': "2x60"},
        {'larder_upstream_breaker_state{upstream="docker.io"}': "2x8 1 2x8 0x60"},
    ),
    "LarderQuotaNearlyUsed": (
        {
            'larder_upstream_ratelimit_remaining{upstream="docker.io"}': "9x60",
            'larder_upstream_ratelimit_limit{upstream="docker.io"}': "100x60",
        },
        {
            'larder_upstream_ratelimit_remaining{upstream="docker.io"}': "50x60",
            'larder_upstream_ratelimit_limit{upstream="docker.io"}': "100x60",
        },
    ),
    "LarderPollFails": (
        {f'larder_poll_runs_total{{{HERE},upstream="u",result="failed"}}': "0+1x60"},
        {
            f'larder_poll_runs_total{{{HERE},upstream="u",result="failed"}}': "0+1x60",
            f'larder_poll_runs_total{{{HERE},upstream="u",result="ok"}}': "0+1x60",
        },
    ),
    "LarderStorageFull": (
        {"larder_storage_used_bytes": "96x60", "larder_storage_limit_bytes": "100x60"},
        {"larder_storage_used_bytes": "90x60", "larder_storage_limit_bytes": "100x60"},
    ),
    "LarderStorageReadOnly": ({"larder_storage_state": "0x20 1x40"}, {"larder_storage_state": "0x39 1 0x20"}),
    "LarderStorageLost": ({"larder_storage_state": "0x39 2x20"}, {"larder_storage_state": "1x60"}),
    "LarderNotStoring": (
        {'larder_not_stored_total{type="blob"}': "0x35 3x30"},
        {'larder_not_stored_total{type="blob"}': "3x60"},
    ),
    "LarderContentDamaged": ({"larder_scrub_unreadable_total": "0x20 1x40"}, {"larder_scrub_damaged_total": "2x60"}),
    "LarderConfigurationRefused": (
        {"larder_config_last_reload_success": "1x5 0x60"},
        {"larder_config_last_reload_success": "1x60"},
    ),
    "LarderRestartNeeded": ({"larder_config_restart_needed": "2x200"}, {"larder_config_restart_needed": "0x200"}),
    "LarderConnectionsRefused": (
        {"larder_http_connections_refused_total": "0x35 9x30"},
        {"larder_http_connections_refused_total": "9x60"},
    ),
    "LarderStalls": (
        {"larder_io_slow_turns_total": "0+3x60"},
        {"larder_io_slow_turns_total": "0x20 10x40"},  # a few at once, as at a start
    ),
    "LarderMemoryNearLimit": (
        {f"process_resident_memory_bytes{{{HERE}}}": "97x60", f"larder_memory_limit_bytes{{{HERE}}}": "100x60"},
        {f"process_resident_memory_bytes{{{HERE}}}": "60x60", f"larder_memory_limit_bytes{{{HERE}}}": "100x60"},
    ),
    "LarderFilesNearLimit": (
        {INFO: "1x60", f"process_open_fds{{{HERE}}}": "95x60", f"process_max_fds{{{HERE}}}": "100x60"},
        # Another program's.
        {"process_open_fds": "95x60", "process_max_fds": "100x60"},
    ),
    "LarderLoginsGuessed": (
        {f'larder_auth_failures_total{{{HERE},method="htpasswd"}}': "0+120x60"},
        {f'larder_auth_failures_total{{{HERE},method="htpasswd"}}': "0+6x60"},
    ),
}
LATER = {"LarderRestartNeeded": "90m"}


def rules():
    return [rule for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]


def test_every_alert_is_tried_and_says_what_it_means():
    assert [rule["alert"] for rule in rules()] == list(CASES)
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for rule in rules():
        assert {"summary", "description"} == rule["annotations"].keys()
        assert f"`{rule['alert']}`" in operations, "operations.md does not say what to do"


def test_alerts_fire_and_are_silent(tmp_path):
    tests = []
    for alert, cases in CASES.items():
        for name, series, count in zip(("fires", "is silent"), cases, (1, 0)):
            query = f'count(ALERTS{{alertname="{alert}",alertstate="firing"}}) or vector(0)'
            sample = {"labels": "{}", "value": count}
            expected = {"expr": query, "eval_time": LATER.get(alert, "40m"), "exp_samples": [sample]}
            inputs = [{"series": key, "values": values} for key, values in series.items()]
            test = {"name": f"{alert} {name}", "input_series": inputs, "promql_expr_test": [expected]}
            tests.append({"interval": "1m", **test})
    file = tmp_path / "rules.yaml"
    document = {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    done = subprocess.run(("promtool", "test", "rules", file), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def names_in(text):
    return set(re.findall(r"\b(?:larder|zot|process)_[a-z_]+", text))


def test_the_daemon_has_every_metric_that_is_asked_for():
    asked = names_in(RULES.read_text(encoding="utf-8"))
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    asked |= names_in(" ".join(target["expr"] for panel in panels for target in panel.get("targets", ())))
    sources = " ".join(path.read_text(encoding="utf-8") for path in ROOT.glob("backend/*/src/**/*.cpp"))
    known = set(re.findall(r'"((?:larder|zot|process)_[a-z_]+)"', sources))
    suffixed = known | {f"{name}_{suffix}" for name in known for suffix in ("bucket", "sum", "count")}
    assert asked - suffixed == set()
    assert len(asked) > 20


def test_the_dashboard_is_what_grafana_takes(tmp_path):
    board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    assert board["title"] and board["uid"] and board["schemaVersion"] >= 36
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken, expressions = set(), []
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken and place["x"] + place["w"] <= 24, panel["title"]
        taken |= cells
        for target in panel.get("targets", ()):
            assert "$job" in target["expr"], "a board shows one larderd, not all that Prometheus knows"
            expressions.append(plain(target["expr"]))
    file = tmp_path / "expressions.yaml"
    rules_of_them = [{"record": f"a{number}", "expr": text} for number, text in enumerate(expressions)]
    file.write_text(yaml.safe_dump({"groups": [{"name": "a", "rules": rules_of_them}]}), encoding="utf-8")
    done = subprocess.run(("promtool", "check", "rules", file), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def plain(expression):
    """As Grafana sends it."""
    return expression.replace("$__rate_interval", "5m").replace("$job", "larder").replace("$namespace", "default")
