"""`larderd serve` on a directory that Zot has filled: what is in it is served at once, and Zot can come back."""

import hashlib
import http.client
import json
import threading

import pytest
from harness import zot
from harness.admin import Admin
from harness.daemon import config, rule
from harness.images import make_artifact, make_image, make_index
from harness.process import free_port, wait_until
from support import faulty_disk

MANY = 150


@pytest.fixture
def filled(data):
    """An image with a signature, a Docker image and an index, with what else Zot keeps beside them."""
    image, docker, index = make_image("adopted"), make_image("adopted-docker", docker=True), make_index("adopted-index")
    signature = make_artifact(image.manifest, "application/vnd.test.signature")
    entries = [(image.manifest, "v1"), (image.manifest, "latest"), (signature.manifest, None)]
    zot.write_layout(
        data, "team/app", entries, [image.manifest, *image.blobs, signature.manifest, *signature.blobs]
    )
    zot.write_image(data, "docker", docker, "v1")
    # Of the index one platform alone was ever fetched.
    child = index.images[1]
    zot.write_layout(data, "multi", [(index.manifest, "v1")], [index.manifest, child.manifest, *child.blobs])
    (data / "_trivy").mkdir()
    (data / "cache.db").write_bytes(b"bolt database")
    (data / "team/app/.uploads").mkdir()
    (data / "team/app/.uploads/1234").write_bytes(b"half an upload")
    return image, docker, index, signature


def progress_of(client):
    states = ("found", "done", "waiting", "failed")
    metrics = client.metrics()
    return {state: metrics[f'larder_import_repositories{{state="{state}"}}'] for state in states}


def imported(daemon, count=None):
    """Waits until all is there."""
    client = daemon.client()

    def done():
        progress = progress_of(client)
        looked = progress["done"] + progress["waiting"] + progress["failed"]
        return progress["found"] > 0 and looked == progress["found"] and progress

    progress = wait_until(done, 180, "the end of the import", 0.1)
    assert count is None or progress == {"found": count, "done": count, "waiting": 0, "failed": 0}
    return progress


def many(data, names):
    """Small repositories; returns the image of each."""
    images = {name: make_image(name, layers=1, layer_size=100) for name in names}
    for name, image in images.items():
        zot.write_image(data, name, image, "v1")
    return images


def test_images_are_served_byte_for_byte_and_zots_files_stay(serve, data, filled):
    image, docker, index, signature = filled
    before = zot.files(data)
    daemon = serve(config(data))
    client = daemon.client()
    # Without a wait: what is asked for comes first.
    assert client.get("/v2/_catalog").json()["repositories"] == ["docker", "multi", "team/app"]
    assert client.get("/v2/team/app/tags/list").json()["tags"] == ["latest", "v1"]
    for repository, one, reference in (
        ("team/app", image, "v1"),
        ("docker", docker, "v1"),
        ("multi", index.images[1], index.images[1].manifest.digest),
    ):
        manifest, *blobs = client.pull(repository, reference)
        assert (manifest.body, manifest.headers["Content-Type"]) == (one.manifest.data, one.manifest.media_type)
        assert [blob.body for blob in blobs] == [blob.data for blob in one.blobs]
    assert client.manifest("multi", "v1").body == index.manifest.data
    (referrer,) = client.get(f"/v2/team/app/referrers/{image.manifest.digest}").json()["manifests"]
    assert referrer["digest"] == signature.manifest.digest
    imported(daemon, 3)
    assert zot.files(data) == before


@pytest.mark.parametrize("clones", [False, True])
def test_no_blob_is_a_file_of_zots(serve, data, filled, tmp_path, clones):
    """Whoever may write Zot's files, Zot itself or a restored backup, must not change what is served."""
    disk = faulty_disk.FaultyDisk(faulty_disk.build(tmp_path), tmp_path, data)
    daemon = serve(config(data), env={**disk.env, **({"FAULTY_DISK_CLONES": "1"} if clones else {})})
    imported(daemon, 3)
    theirs = {path.stat().st_ino for path in data.rglob("*") if "_larder" not in path.relative_to(data).parts}
    ours = [path.stat() for path in (data / "_larder/blobs").rglob("*") if path.is_file()]
    assert len(ours) >= 10
    assert not [info for info in ours if info.st_ino in theirs or info.st_nlink != 1]
    blob = filled[0].layers[0]
    (data / "team/app/blobs/sha256" / blob.digest.split(":")[1]).write_bytes(b"overwritten")
    assert daemon.client().blob("team/app", blob.digest).body == blob.data


def test_what_there_is_no_room_for_is_copied_when_it_is_asked_for(serve, data):
    images = {f"large/r{number}": make_image(f"large-{number}", layers=1, layer_size=300_000) for number in range(6)}
    for name, image in images.items():
        zot.write_image(data, name, image, "v1")
    daemon = serve(config(data, larder={"storage": {"maxBytes": 1_000_000}}))
    progress = imported(daemon)
    # Three fit; what is being copied beside it may make another wait.
    assert 1 <= progress["done"] <= 3 and progress["failed"] == 0
    assert progress["done"] + progress["waiting"] == 6
    daemon.wait_logged(f"import.no_room repositories={progress['waiting']:.0f}")
    client = daemon.client()
    for name, image in images.items():
        answers = client.pull(name, "v1")
        assert [answer.body for answer in answers] == [image.manifest.data, *(blob.data for blob in image.blobs)]


def test_it_is_shown_as_a_job(serve, data, filled):
    daemon = serve(config(data))
    imported(daemon, 3)
    admin = Admin(daemon.client())
    expected = {"repositories": 3, "imported": 3, "waiting": 0, "failed": 0}
    assert admin.json("/status")["import"] == expected

    def ended():
        (job,) = admin.json("/jobs", kind="import")["items"]
        return job["state"] != "running" and job

    job = wait_until(ended, 10, "the end of the job", 0.1)
    assert (job["state"], job["done"], job["total"], job["unit"]) == ("succeeded", 3, 3, "repositories")
    assert job["counts"] == {"imported": 3}
    daemon.stop()
    # What is here already makes no job.
    again = serve(config(data))
    jobs = wait_until(lambda: Admin(again.client()).json("/jobs", kind="import")["items"], 10, "the jobs", 0.1)
    assert [one["id"] for one in jobs] == [job["id"]]
    assert "import" not in Admin(again.client()).json("/status")


def test_a_power_cut_leaves_nothing_half_imported(serve, data, tmp_path):
    images = many(data, [f"many/r{number:04d}" for number in range(MANY)])
    disk = faulty_disk.FaultyDisk(faulty_disk.build(tmp_path), tmp_path, data)
    daemon = serve(config(data), env=disk.env)
    client = daemon.client()

    def begun():
        return progress_of(client)["done"] > MANY // 4

    wait_until(begun, 120, "a part of the import", 0.02)
    daemon.kill()
    disk.cut_power()
    for path in (data / "_larder/blobs").rglob("*"):
        assert path.is_dir() or path.name == hashlib.sha256(path.read_bytes()).hexdigest()
    again = serve(config(data), env=disk.env)
    imported(again)
    client = again.client()
    for name, image in images.items():
        answers = client.pull(name, "v1")
        assert [answer.body for answer in answers] == [image.manifest.data, *(blob.data for blob in image.blobs)]


def test_what_upstreams_have_filled_is_served_while_they_are_away(serve, data):
    image = make_image("mirrored")
    zot.write_image(data, "library/app", image, "v1")
    away = f"127.0.0.1:{free_port()}"
    daemon = serve(config(data, rule(f"http://{away}")))
    answers = daemon.client().pull("library/app", "v1", ns=away)
    assert [answer.status for answer in answers] == [200] * 4
    imported(daemon, 1)
    (found,) = Admin(daemon.client()).json("/repositories")["items"]
    assert (found["name"], found["origin"]["host"]) == ("library/app", away)


def test_names_that_several_rules_may_fill_come_too(serve, data):
    """As in the guide: docker.io and another registry, neither with a prefix, and nobody logs in."""
    image = make_image("whose")
    zot.write_image(data, "app", image, "v1")
    rules = [rule(f"http://127.0.0.1:{free_port()}") for _ in range(2)]
    daemon = serve(config(data, *rules))
    assert [answer.status for answer in daemon.client().pull("app", "v1")] == [200] * 4
    imported(daemon, 1)


def test_what_is_asked_for_does_not_wait_for_the_rest(serve, data, tmp_path):
    images = many(data, [f"many/r{number:04d}" for number in range(MANY)] + ["zz/last"])
    disk = faulty_disk.FaultyDisk(faulty_disk.build(tmp_path), tmp_path, data)
    disk.fail(faulty_disk.SYNC, 0, skip=1 << 40, delay_ms=50)
    daemon = serve(config(data), env=disk.env)
    client = daemon.client()
    assert len(client.get("/v2/_catalog?n=1000").json()["repositories"]) == MANY + 1
    last = client.manifest("zz/last", "v1")
    assert (last.status, last.body) == (200, images["zz/last"].manifest.data)
    progress = progress_of(client)
    assert progress["found"] == MANY + 1 and progress["done"] < MANY / 2, progress


def test_an_import_that_was_cut_off_goes_on(serve, data):
    many(data, [f"many/r{number:04d}" for number in range(MANY)])
    daemon = serve(config(data))
    daemon.kill()
    again = serve(config(data))
    imported(again)
    client = again.client()
    assert len(client.get("/v2/_catalog?n=1000").json()["repositories"]) == MANY
    assert all(client.manifest(f"many/r{number:04d}", "v1").status == 200 for number in range(MANY))


def test_what_was_imported_and_removed_stays_removed(serve, data, filled):
    daemon = serve(config(data))
    imported(daemon, 3)
    assert daemon.client().request("DELETE", "/v2/team/app/manifests/latest").status == 202
    daemon.stop()
    client = serve(config(data)).client()
    assert client.get("/v2/team/app/tags/list").json()["tags"] == ["v1"]
    assert progress_of(client)["found"] == 0


def test_what_was_removed_stays_removed_whatever_zot_adds(serve, data):
    """Also a manifest without a tag, and one that an index names."""
    old, new, index = make_image("old"), make_image("new"), make_index("adopted-index")
    child = index.images[0]
    entries = [(old.manifest, "v1"), (old.manifest, "v2"), (index.manifest, "multi")]
    contents = [old.manifest, *old.blobs, index.manifest]
    contents += [content for image in index.images for content in (image.manifest, *image.blobs)]
    zot.write_layout(data, "team/app", entries, contents)
    daemon = serve(config(data))
    imported(daemon, 1)
    for reference in (old.manifest.digest, "multi", index.manifest.digest, child.manifest.digest):
        assert daemon.client().request("DELETE", f"/v2/team/app/manifests/{reference}").status == 202
    daemon.stop()
    zot.write_layout(data, "team/app", [*entries, (new.manifest, "v3")], [new.manifest, *new.blobs])
    daemon = serve(config(data))
    imported(daemon, 1)
    client = daemon.client()
    assert client.get("/v2/team/app/tags/list").json()["tags"] == ["v3"]
    for gone in (old.manifest.digest, index.manifest.digest, child.manifest.digest):
        assert client.manifest("team/app", gone).status == 404
    daemon.stop()
    # A tag that Zot sets anew is something new, with all that it stands for.
    zot.write_layout(data, "team/app", [*entries, (old.manifest, "v4"), (index.manifest, "v5")], [])
    client = serve(config(data)).client()
    assert client.get("/v2/team/app/tags/list").json()["tags"] == ["v3", "v4", "v5"]
    assert [answer.status for answer in client.pull("team/app", "v4")] == [200] * 4
    assert client.manifest("team/app", child.manifest.digest).status == 200


def test_what_is_removed_while_the_import_runs_stays_removed(serve, data, tmp_path):
    images = many(data, [f"many/r{number:04d}" for number in range(MANY)])
    large = make_image("large", layers=1, layer_size=3_000_000)
    zot.write_image(data, "aa/large", large, "new", "old")
    zot.write_image(data, "gone", large, "v1")
    disk = faulty_disk.FaultyDisk(faulty_disk.build(tmp_path), tmp_path, data)
    disk.fail(faulty_disk.SYNC, 0, skip=1 << 40, delay_ms=50)
    daemon = serve(config(data), env=disk.env)
    client = daemon.client()
    assert client.request("DELETE", "/v2/aa/large/manifests/old").status == 202
    assert client.request("DELETE", f"/v2/zz/none/manifests/{large.manifest.digest}").status == 404
    assert Admin(client).call("DELETE", "/repository", repository="gone").status == 204
    progress = progress_of(client)
    assert progress["done"] < progress["found"] == MANY + 2
    daemon.stop()
    daemon = serve(config(data))
    imported(daemon)
    client = daemon.client()
    assert client.get("/v2/aa/large/tags/list").json()["tags"] == ["new"]
    assert len(client.get("/v2/_catalog?n=1000").json()["repositories"]) == len(images) + 1


def test_what_zot_adds_after_a_way_back_is_imported_too(serve, data):
    old, new = make_image("old"), make_image("new")
    zot.write_image(data, "team/app", old, "v1")
    daemon = serve(config(data))
    imported(daemon, 1)
    daemon.stop()
    entries = [(old.manifest, "v1"), (new.manifest, "v2")]
    zot.write_layout(data, "team/app", entries, [new.manifest, *new.blobs])
    client = serve(config(data)).client()
    assert [answer.status for answer in client.pull("team/app", "v2")] == [200] * 4


def test_damaged_content_is_left_out_and_named(serve, data, filled):
    image = filled[0]
    damaged = data / "team/app/blobs/sha256" / image.layers[0].digest.split(":")[1]
    damaged.write_bytes(b"damaged")
    daemon = serve(config(data))
    client = daemon.client()
    assert client.blob("team/app", image.layers[0].digest).status == 404
    assert client.blob("team/app", image.layers[1].digest).status == 200
    assert imported(daemon) == {"found": 3, "done": 2, "waiting": 0, "failed": 1}
    assert f"import.problem repository=team/app where=\"{image.layers[0].digest}\"" in daemon.log()


def test_two_daemons_can_import_at_once(serve, data):
    images = many(data, [f"many/r{number:04d}" for number in range(MANY)])
    daemons = [serve(config(data)) for _ in range(2)]
    failures = []

    def pull(daemon):
        client = daemon.client()
        for name, image in images.items():
            manifest, *blobs = client.pull(name, "v1")
            if manifest.body != image.manifest.data or [b.body for b in blobs] != [b.data for b in image.blobs]:
                failures.append((name, manifest.status, [blob.status for blob in blobs]))

    threads = [threading.Thread(target=pull, args=(daemon,)) for daemon in daemons]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    for daemon in daemons:
        imported(daemon)
        assert "import.problem" not in daemon.log()


def test_a_poll_fetches_nothing_that_is_to_be_imported(serve, data, docker_registry):
    """A rule that is polled runs at the start, while the import does."""
    name = "adopted/polled"
    image = make_image("polled", layer_size=200_000)
    docker_registry.client().push(name, image, "v1")
    zot.write_image(data, name, image, "v1")
    polled = rule(docker_registry.url, content=[{"prefix": name}], pollInterval="1h", onDemand=False)
    daemon = serve(config(data, polled))
    imported(daemon, 1)
    admin = Admin(daemon.client())

    def ended():
        runs = admin.json("/jobs", kind="syncRun")["items"]
        return runs and runs[0]["state"] == "succeeded"

    wait_until(ended, 60, "the run", 0.2)
    fetched = admin.json("/status")["cache"]["fetchedBytes"]
    assert fetched == 0, json.dumps(admin.json("/jobs"))


def test_what_waits_for_room_goes_on_after_a_restart_and_what_was_removed_of_it_stays_removed(serve, data):
    image = make_image("waits", layers=1, layer_size=300_000)
    zot.write_image(data, "large/app", image, "v1", "old")
    tight = config(data, larder={"storage": {"maxBytes": 100_000}})
    daemon = serve(tight)
    assert imported(daemon)["waiting"] == 1
    assert daemon.client().request("DELETE", "/v2/large/app/manifests/old").status == 202
    daemon.stop()
    daemon = serve(config(data))
    imported(daemon, 1)
    client = daemon.client()
    assert client.get("/v2/large/app/tags/list").json()["tags"] == ["v1"]
    assert client.blob("large/app", image.layers[0].digest).body == image.layers[0].data


def test_what_is_damaged_comes_from_its_upstream(serve, data, docker_registry):
    image = make_image("healed")
    docker_registry.client().push("adopted/healed", image, "v1")
    zot.write_image(data, "adopted/healed", image, "v1")
    shorter, longer = image.layers[:2]
    for blob, content in ((shorter, b"damaged"), (longer, b"x" * len(longer.data))):
        (data / "adopted/healed/blobs/sha256" / blob.digest.split(":")[1]).write_bytes(content)
    daemon = serve(config(data, rule(docker_registry.url)))
    answers = daemon.client().pull("adopted/healed", "v1")
    assert [answer.body for answer in answers] == [image.manifest.data, *(blob.data for blob in image.blobs)]
    assert imported(daemon)["failed"] == 1


def test_a_client_that_names_another_registry_gets_nothing_of_it(serve, data):
    image = make_image("of-one")
    zot.write_image(data, "one/app", image, "v1")
    one, other = (f"127.0.0.1:{free_port()}" for _ in range(2))
    rules = [rule(f"http://{one}", "/one"), rule(f"http://{other}", "/other")]
    client = serve(config(data, *rules)).client()
    assert [answer.status for answer in client.pull("app", "v1", ns=one)] == [200] * 4
    assert client.manifest("app", "v1", ns=other).status >= 400
    assert client.blob("app", image.layers[0].digest, ns=other).status >= 400


def test_it_is_imported_again_where_the_metadata_is_lost(serve, data, filled):
    """What is remembered of an import must not outlive what came of it."""
    daemon = serve(config(data))
    imported(daemon, 3)
    daemon.stop()
    for path in [*(data / "_larder").glob("larder.db*"), *(data / "_larder").glob("metadata.journal*")]:
        path.unlink()
    daemon = serve(config(data))
    assert [answer.status for answer in daemon.client().pull("team/app", "v1")] == [200] * 4
    imported(daemon, 3)


def is_stored(data, blob):
    return any((data / "_larder/blobs").rglob(blob.digest.split(":")[1]))


def blob_path(data, repository, blob):
    return data / repository / "blobs/sha256" / blob.digest.split(":")[1]


@pytest.mark.parametrize("size", [2_000, 300_000])
def test_a_blob_is_read_in_a_repository_that_has_it_alone(serve, data, size):
    """Whoever can name another repository's blob in theirs gets nothing by it."""
    secret, open_ = make_image("secret", layers=1, layer_size=size), make_image("open")
    zot.write_image(data, "private/secret", secret, "v1")
    for name in ("aa/fake", "public/fake", "zz/fake"):
        zot.write_image(data, name, secret, "v1")
        blob_path(data, name, secret.layers[0]).write_bytes(bytes(len(secret.layers[0].data)))
    zot.write_image(data, "public/linked", secret, "v1")
    blob_path(data, "public/linked", secret.layers[0]).unlink()
    blob_path(data, "public/linked", secret.layers[0]).hardlink_to(blob_path(data, "private/secret", secret.layers[0]))
    zot.write_image(data, "public/open", open_, "v1")
    daemon = serve(config(data))
    client = daemon.client()

    def look():
        for name in ("aa/fake", "public/fake", "zz/fake"):
            assert client.blob(name, secret.layers[0].digest).status == 404
        for name in ("private/secret", "public/linked"):
            assert client.blob(name, secret.layers[0].digest).body == secret.layers[0].data

    look()
    assert imported(daemon) == {"found": 6, "done": 3, "waiting": 0, "failed": 3}
    look()
    assert f'import.problem repository=public/fake where="{secret.layers[0].digest}"' in daemon.log()
    daemon.stop()
    client = serve(config(data)).client()
    look()


def test_what_exceeds_the_limit_is_served_from_zots_files(serve, data):
    images = {f"large/r{number}": make_image(f"large-{number}", layers=1, layer_size=300_000) for number in range(8)}
    for name, image in images.items():
        zot.write_image(data, name, image, "v1")
    limit = 1_000_000
    daemon = serve(config(data, larder={"storage": {"maxBytes": limit}}))
    client = daemon.client()

    def stored():
        return sum(path.stat().st_size for path in (data / "_larder/blobs").rglob("*") if path.is_file())

    for _ in range(2):
        for name, image in images.items():
            answers = client.pull(name, "v1")
            assert [answer.body for answer in answers] == [image.manifest.data, *(blob.data for blob in image.blobs)]
            assert stored() <= limit
    part = client.blob("large/r7", images["large/r7"].layers[0].digest, range_="bytes=65000-200000")
    assert (part.status, part.body) == (206, images["large/r7"].layers[0].data[65000:200001])
    imported(daemon)
    # What is written over the file meanwhile is not passed on.
    unstored = {name: image for name, image in images.items() if not is_stored(data, image.layers[0])}
    assert unstored
    for name, image in unstored.items():
        blob_path(data, name, image.layers[0]).write_bytes(bytes(len(image.layers[0].data)))
    for name, image in unstored.items():
        with pytest.raises((http.client.HTTPException, OSError)):
            client.blob(name, image.layers[0].digest)


def test_no_link_is_followed(serve, data, tmp_path):
    """Neither out of the directory nor to another repository, also before all names are known."""
    image = make_image("linked")
    zot.write_image(data, "private/secret", image, "v1")
    zot.write_image(tmp_path / "outside", "hidden", image, "v1")
    zot.write_image(data, "part/blobs-linked", image, "v1")
    (data / "link").mkdir()
    (data / "link/in").symlink_to("../private/secret")
    (data / "link/out").symlink_to(tmp_path / "outside/hidden")
    (data / "linked").symlink_to(tmp_path / "outside")
    (data / "loop").symlink_to(".")
    blobs = data / "part/blobs-linked/blobs"
    blobs.rename(tmp_path / "moved")
    blobs.symlink_to(tmp_path / "moved")
    # So many that names are looked for when the first requests come.
    for number in range(20_000):
        (data / f"many/d{number}").mkdir(parents=True)
    daemon = serve(config(data))
    client = daemon.client()
    names = ("link/in", "link/out", "linked/hidden", "loop/private/secret", "part/blobs-linked")

    def look():
        for name in names:
            assert client.manifest(name, "v1").status == 404, name
            assert client.blob(name, image.layers[0].digest).status == 404, name

    look()
    assert client.manifest("private/secret", "v1").status == 200
    imported(daemon)
    look()
    assert "import.skipped" in daemon.log()


def test_a_repository_may_be_called_blobs(serve, data):
    images = many(data, ["azure/blobs", "azure/blobs/inner", "both", "both/blobs", "both/blobs/more"])
    daemon = serve(config(data))
    imported(daemon, 5)
    assert all(daemon.client().manifest(name, "v1").body == image.manifest.data for name, image in images.items())


def test_an_index_that_is_too_long_is_left_out_and_named(serve, data):
    images = many(data, ["good/app"])
    zot.write_image(data, "huge/app", make_image("huge"), "v1")
    index = data / "huge/app/index.json"
    index.write_text(index.read_text(encoding="utf-8") + " " * (9 << 20), encoding="utf-8")
    daemon = serve(config(data, larder={"memoryLimit": "256MiB"}))
    assert imported(daemon)["failed"] == 1
    assert f'import.problem repository=huge/app where="{index}"' in daemon.log()
    assert "larder.memoryLimit" in daemon.log()
    assert daemon.client().manifest("good/app", "v1").body == images["good/app"].manifest.data
