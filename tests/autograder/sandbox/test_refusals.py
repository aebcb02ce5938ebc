"""Where isolation is not possible, the grader refuses and says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from autograder.errors import IsolationUnavailable
from autograder.sandbox import landlock
from autograder.sandbox.confinement import Confinement, prepare
from autograder.sandbox.limits import Limits
from autograder.sandbox.paths import PythonPaths, guard_imports
from autograder.sandbox.probe import Feature, probe_features, probe_here, require
from autograder.sandbox.view import closed_ancestor

NOTHING = PythonPaths((), (), ())
LIMITS = Limits()


def names_of_missing(features: tuple[Feature, ...]) -> list[str]:
    return [feature.name for feature in features if not feature.active]


def test_this_machine_can_isolate():
    assert names_of_missing(probe_features(LIMITS)) == []
    require(LIMITS)


def test_every_feature_says_what_is_there():
    for feature in probe_features(LIMITS):
        assert feature.detail
        assert feature.advice


# Python 3.12 warns of forks in a process with threads, such as a worker of pytest-xdist.
may_fork = pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")


@may_fork
@pytest.mark.parametrize("version", [0, 1])
def test_an_old_landlock_is_reported(monkeypatch, version):
    monkeypatch.setattr(landlock, "abi", lambda: version)
    assert names_of_missing(probe_here(LIMITS)) == ["Landlock"]


@may_fork
def test_a_missing_libseccomp_is_reported(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    assert names_of_missing(probe_here(LIMITS)) == ["seccomp"]


@may_fork
def test_a_landlock_that_does_not_restrict_is_reported(monkeypatch):
    monkeypatch.setattr(landlock, "restrict_self", lambda descriptor: None)
    missing = names_of_missing(probe_here(LIMITS))
    assert missing == ["Landlock"]


def test_require_names_what_is_missing_and_the_way_out(monkeypatch):
    missing = Feature("Landlock", active=False, detail="missing", advice="Use Linux 6.2 or newer")
    monkeypatch.setattr("autograder.sandbox.probe.probe_features", lambda _: (missing,))
    with pytest.raises(IsolationUnavailable, match=r"Linux 6.2 or newer.*\n.*--isolation none"):
        require(LIMITS)


def test_another_system_is_reported(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    (feature,) = probe_features(LIMITS)
    assert not feature.active
    assert "Linux" in feature.advice


def test_prepare_refuses_without_landlock(monkeypatch):
    monkeypatch.setattr(landlock, "abi", lambda: 1)
    with pytest.raises(IsolationUnavailable, match="Landlock"):
        prepare(Confinement(NOTHING))


def test_prepare_refuses_without_seccomp(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    with pytest.raises(IsolationUnavailable, match="pyseccomp"):
        prepare(Confinement(NOTHING))


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@needs_root
def test_prepare_refuses_to_run_submissions_as_root():
    with pytest.raises(IsolationUnavailable, match="another uid"):
        prepare(Confinement(NOTHING, uid=0))


@needs_root
def test_prepare_refuses_paths_that_the_unprivileged_user_cannot_reach(tmp_path):
    closed = tmp_path / "closed"
    (closed / "inner").mkdir(parents=True)
    closed.chmod(0o700)
    with pytest.raises(IsolationUnavailable, match="closed to them"):
        prepare(Confinement(NOTHING, readable=(closed / "inner",)))


def test_closed_ancestor_is_the_topmost(tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b").chmod(0o700)
    (tmp_path / "a").chmod(0o700)
    expected = closed_ancestor(tmp_path) or tmp_path / "a"
    assert closed_ancestor(tmp_path / "a" / "b" / "c") == expected


def test_a_hidden_module_that_is_loaded_already_is_refused():
    with pytest.raises(IsolationUnavailable, match="pytest"):
        guard_imports(["pytest"])


def in_a_child(body: str, folder: Path) -> str:
    """What ``body`` prints in a process of its own with a sandbox prepared, or its error."""
    program = """
        import os, sys, threading, time
        from pathlib import Path
        from autograder.errors import IsolationUnavailable
        from autograder.sandbox.confinement import Confinement, prepare
        from autograder.sandbox.limits import Limits
        from autograder.sandbox.paths import python_paths
        from autograder.sandbox.view import open_private_view
        folder = Path(sys.argv[1])
        python = python_paths([])
        open_private_view((*python.readable, *python.listable), (folder,))
        sandbox = prepare(Confinement(python, writable=(folder,)))
        def enter(*arguments, **keywords):
            try:
                sandbox.enter(*arguments, **keywords)
            except IsolationUnavailable as error:
                sys.stdout.write(str(error))
                sys.stdout.flush()
    """
    finished = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program) + textwrap.dedent(body), str(folder)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return finished.stdout + finished.stderr


def test_a_process_with_threads_does_not_enter(public_folder):
    body = """
        threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
        enter()
    """
    assert "single thread" in in_a_child(body, public_folder)


def test_scratch_must_lie_where_scratch_is_allowed(public_folder):
    (public_folder / "elsewhere").mkdir()
    (public_folder / "elsewhere" / "scratch").mkdir()
    body = "enter(folder / 'elsewhere' / 'scratch')"
    assert "folders made for scratch" in in_a_child(body, public_folder)


def test_scratch_may_not_be_a_link(public_folder):
    (public_folder / "elsewhere").mkdir()
    (public_folder / "link").symlink_to("elsewhere")
    owner = (public_folder / "elsewhere").stat().st_uid
    assert "cannot be isolated" in in_a_child("enter(folder / 'link')", public_folder)
    assert (public_folder / "elsewhere").stat().st_uid == owner


def test_an_orphan_ends_at_once(public_folder):
    """A child whose parent has died before the kernel was told to kill it with its parent."""
    body = """
        reader, writer = os.pipe()
        if os.fork() == 0:
            if os.fork() == 0:
                while os.getppid() == sandbox._parent:
                    time.sleep(0.01)
                enter(keep=[writer])
                os.write(writer, b"it goes on")
            os._exit(0)
        os.close(writer)
        sys.stdout.write(os.read(reader, 100).decode() or "it ended")
    """
    assert in_a_child(body, public_folder) == "it ended"
