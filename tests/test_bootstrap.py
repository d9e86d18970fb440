"""The set-up script: one sentence for what is missing, and steps that run only when needed."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tools import bootstrap, torch_requirement

DEFAULT = "torch==2.13.0"
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one source file, away from the real one."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "VENV_PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(bootstrap, "STAMPS", tmp_path / ".venv" / "stamps")
    monkeypatch.setattr(bootstrap, "PACKAGE_INPUTS", ["cpp"])
    (tmp_path / ".venv").mkdir()
    (tmp_path / "cpp").mkdir()
    (tmp_path / "cpp" / "a.cpp").write_text("int a;", encoding="utf-8")
    return tmp_path


def test_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    with pytest.raises(bootstrap.BootstrapError, match=r"3\.11 or newer .* is 3\.10\.4: install"):
        bootstrap.check_python()


def test_missing_header(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    with pytest.raises(bootstrap.BootstrapError, match=r"Python\.h is missing: .* python3-dev"):
        bootstrap.check_python_header()


@pytest.mark.parametrize("compiler", ["/no/such/compiler", "false", "true -c"])
def test_useless_compiler(monkeypatch: pytest.MonkeyPatch, compiler: str) -> None:
    """`true` succeeds without compiling anything; only a program that runs is proof."""
    monkeypatch.setenv("CXX", compiler)
    with pytest.raises(bootstrap.BootstrapError, match=r"Debian package g\+\+"):
        bootstrap.find_compiler()


def test_first_working_compiler_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setattr(bootstrap, "compiles_cxx20", lambda command: command == ["clang++"])
    assert bootstrap.find_compiler() == "clang++"


def test_failure_is_one_line_and_no_traceback() -> None:
    script = str(ROOT / "tools" / "bootstrap.py")
    environment = {"CXX": "false", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("bootstrap: latpred needs a C++20 compiler")


@pytest.mark.parametrize("able", ["venv", "virtualenv", "--without-pip"])
def test_a_venv_is_made_by_what_works(
    tree: Path, monkeypatch: pytest.MonkeyPatch, able: str
) -> None:
    """Debian without python3-venv: `venv` leaves half a folder, until it need not install pip."""
    python = tree / ".venv" / "bin" / "python"

    def succeeds(command: list[str]) -> bool:
        words = command[1:]
        if words[:2] == ["-m", "pip"]:
            inside = command[0] == str(python)
            return (python.with_name("pip").exists()) if inside else True
        if words[0] == "-c":
            return python.is_file()
        python.parent.mkdir(parents=True, exist_ok=True)
        if "--without-pip" not in words and words[1] != able:
            (tree / ".venv" / "half").touch()
            return False
        assert not (tree / ".venv" / "half").exists()
        python.touch()
        if "--without-pip" not in words:
            python.with_name("pip").touch()
        return True

    monkeypatch.setattr(bootstrap, "succeeds", succeeds)
    bootstrap.make_venv()
    assert python.is_file()
    outside = [sys.executable, "-m", "pip", "--python", str(python)]
    inside = [str(python), "-m", "pip"]
    assert bootstrap.pip_command() == (outside if able == "--without-pip" else inside)
    (tree / ".venv" / "kept").touch()
    bootstrap.make_venv()  # it is there: nothing is made anew
    assert (tree / ".venv" / "kept").exists()


@pytest.mark.usefixtures("tree")
def test_no_way_to_a_venv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "succeeds", lambda _: False)
    with pytest.raises(bootstrap.BootstrapError, match="python3-venv"):
        bootstrap.make_venv()


def test_package_is_built_again_only_after_a_change(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[Any] = []
    others: list[str] = []
    monkeypatch.setattr(bootstrap, "installed_torch", lambda: "2.13.0")
    monkeypatch.setattr(bootstrap, "build_wheel", lambda _: "latpred.whl")
    monkeypatch.setattr(bootstrap, "pip_install", lambda *given, **_: installed.append(given))

    def install(editable: bool = False) -> int:
        bootstrap.install_package("g++", editable, lambda: others.append("others"))
        return len(installed)

    assert [install(), install()] == [1, 1]
    assert installed[0][-1] == "latpred.whl"
    (tree / "cpp" / "a.so").write_text("made by a build", encoding="utf-8")
    assert install() == 1
    (tree / "cpp" / "a.cpp").write_text("int b;", encoding="utf-8")
    assert install() == 2
    assert install(editable=True) == 3
    assert installed[-1][-2:] == ("--editable", ".")
    assert install() == 3
    assert len(others) == 6


def test_others_are_installed_while_the_package_is_compiled(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wheel is installed after them: two pips never write at once."""
    compiling, here = threading.Event(), threading.Event()
    seen: list[str] = []

    def run(command: list[str], **environment: str) -> None:
        assert command[1] == "wheel"
        assert environment["CXX"] == "g++"
        compiling.set()
        assert here.wait(60)
        folder = Path(command[command.index("--wheel-dir") + 1])
        folder.mkdir()
        (folder / "latpred-1.whl").touch()
        seen.append("compiled")

    def others() -> None:
        assert compiling.wait(60)
        seen.append("others")
        here.set()

    monkeypatch.setattr(bootstrap, "run", run)
    monkeypatch.setattr(bootstrap, "pip_command", lambda: ["pip"])
    monkeypatch.setattr(bootstrap, "installed_torch", lambda: "2.13.0")
    monkeypatch.setattr(
        bootstrap, "pip_install", lambda *given, **_: seen.append(Path(given[-1]).name)
    )
    bootstrap.install_package("g++", False, others)
    assert seen == ["others", "compiled", "latpred-1.whl"]
    assert (tree / ".venv" / "stamps" / "package").is_file()


def test_a_build_that_fails_leaves_no_stamp(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **_: str) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(bootstrap, "run", run)
    monkeypatch.setattr(bootstrap, "pip_command", lambda: ["pip"])
    monkeypatch.setattr(bootstrap, "installed_torch", lambda: "2.13.0")
    with pytest.raises(subprocess.CalledProcessError):
        bootstrap.install_package("g++", False, lambda: None)
    assert not (tree / ".venv" / "stamps").exists()


def test_requirements_of_several_groups_are_one_call(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []
    (tree / "constraints.txt").write_text("", encoding="utf-8")
    monkeypatch.setattr(bootstrap, "pip_install", lambda *given: calls.append(given))
    bootstrap.install_requirements({"build": ["cmake", "torch==2.13.0"]})
    bootstrap.install_requirements({"a": ["x", "y"], "b": ["y", "z"], "only": ["torch"]})
    bootstrap.install_requirements({"a": ["x", "y"], "b": ["z"], "build": ["cmake"]})
    bootstrap.install_requirements({"a": ["x", "y"]})
    assert calls == [("cmake",), ("x", "y", "z"), ("z",)]


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        ("2.13.0+cpu", []),
        ("2.14.1", []),
        ("2.9.0", []),
        ("3.0.0", []),
        ("2.8.1", [DEFAULT]),
        ("1.13.1", [DEFAULT]),
        ("", [DEFAULT]),
    ],
)
def test_torch_is_kept_or_installed(
    monkeypatch: pytest.MonkeyPatch, installed: str, expected: list[str]
) -> None:
    asked: list[str] = []
    monkeypatch.delenv("LATPRED_TORCH", raising=False)
    monkeypatch.setattr(bootstrap, "installed_torch", lambda: installed)
    monkeypatch.setattr(bootstrap, "pip_command", lambda: ["pip"])
    monkeypatch.setattr(bootstrap, "run", lambda command: asked.extend(command[5:]))
    bootstrap.install_torch()
    assert asked == expected


def test_no_pip_call_changes_the_torch_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    constraints: list[str] = []

    def run(command: list[str]) -> None:
        files = [command[i + 1] for i, word in enumerate(command) if word == "-c"]
        constraints.extend(Path(file).read_text(encoding="utf-8") for file in files)

    monkeypatch.setattr(bootstrap, "run", run)
    monkeypatch.setattr(bootstrap, "pip_command", lambda: ["pip"])
    monkeypatch.setattr(bootstrap, "installed_torch", lambda: "2.14.1+cu130")
    bootstrap.pip_install("numpy")
    assert "torch==2.14.1+cu130\n" in constraints
    monkeypatch.setattr(bootstrap, "installed_torch", lambda: "")
    constraints.clear()
    bootstrap.pip_install("numpy")
    assert not any("\ntorch" in f"\n{text}" for text in constraints)


@pytest.mark.parametrize("version", ["2.13.0+cpu", "2.14.1", "2.9.0a0+git123"])
def test_a_build_requires_the_series_it_saw(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch_requirement.metadata, "version", lambda _: version)
    project = bootstrap.read_pyproject()
    settings = project["tool"]["scikit-build"]["metadata"]["dependencies"]
    found = torch_requirement.dynamic_metadata("dependencies", settings)
    assert found[:-1] == settings["requirements"]
    assert found[-1] == f"torch=={'.'.join(version.split('.')[:2])}.*"
    with pytest.raises(RuntimeError, match="not version"):
        torch_requirement.dynamic_metadata("version", settings)


def test_a_build_without_torch_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> str:
        raise torch_requirement.metadata.PackageNotFoundError

    monkeypatch.setattr(torch_requirement.metadata, "version", missing)
    with pytest.raises(RuntimeError, match="pip install torch"):
        torch_requirement.dynamic_metadata("dependencies", {"requirements": []})


def test_groups_include_groups() -> None:
    project = {"dependency-groups": {"a": ["x", {"include-group": "b"}], "b": ["y"]}}
    assert bootstrap.group_requirements(project, "a") == ["x", "y"]
    with pytest.raises(bootstrap.BootstrapError, match=r"unknown group 'c'.*\['a', 'b'\]"):
        bootstrap.group_requirements(project, "c")


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [("torch==2.13.0", True), ("torch", True), ("torch>=2", True), ("torchvision>=0.2", False)],
)
def test_torch_requirements_are_told_apart(requirement: str, expected: bool) -> None:
    assert bootstrap.is_torch(requirement) is expected
