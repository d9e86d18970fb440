"""Files of users' networks: odd names and links are taken, what is no network is said at once."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.measurement.network_files import is_factory, network_file, without_links
from latpred.measurement.network_source import Sources, own_networks

onnx = pytest.importorskip("onnx", reason="needs the extra onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402


def product(path: Path, weights: str = "") -> Path:
    """A matrix product; its weights in a file of that name."""
    info = helper.make_tensor_value_info
    kernel = numpy_helper.from_array(np.eye(4, dtype=np.float32), "w")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "g",
        [info("x", TensorProto.FLOAT, [1, 4])],
        [info("y", TensorProto.FLOAT, [1, 4])],
        [kernel],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / weights).parent.mkdir(parents=True, exist_ok=True)
    outside = {"save_as_external_data": True, "location": weights, "size_threshold": 0}
    onnx.save_model(model, str(path), **(outside if weights else {}))
    return path


def runs(path: Path) -> bool:
    ort = pytest.importorskip("onnxruntime", reason="needs the extra onnx")
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    found = session.run(None, {"x": np.ones((1, 4), np.float32)})[0]
    return found.tolist() == [[1.0] * 4]


@pytest.mark.parametrize(
    "name", ["a b.onnx", "ünï 日本.onnx", "-dash.onnx", "UP.ONNX", "net:v1.onnx", "two\nlines.onnx"]
)
def test_odd_names_are_names(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    product(tmp_path / name)
    (own,) = own_networks(name, None, 0)
    assert (own.name, own.path, own.is_onnx) == (name, tmp_path / name, True)
    assert not is_factory(name)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("package.module:make", True),
        ("m:f", True),
        ("net:v2.onnx", False),
        ("C:\\nets\\a.onnx", False),
        ("https://example.org/a.onnx", False),
        ("module:", False),
        ("a:b:c", False),
        (Path("m:f"), False),
    ],
)
def test_what_is_a_factory(name: Any, is_one: bool) -> None:
    assert is_factory(name) == is_one


def zipped(*names: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, "x")

    return write


def text(content: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(content)


LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
NONE: list[tuple[str, Callable[[Path], object], str]] = [
    ("gone.onnx", lambda _: None, "gone.onnx: no such file"),
    ("folder.onnx", Path.mkdir, "a folder, not a file"),
    ("dangling.pt2", lambda path: path.symlink_to("nowhere"), "no such file"),
    ("empty.onnx", text(""), "the file is empty"),
    ("empty.pt2", text(""), "the file is empty"),
    ("lfs.onnx", text(LFS), "a pointer of Git LFS"),
    ("lfs.pt2", text(LFS), "a pointer of Git LFS"),
    ("page.onnx", text("<!DOCTYPE html>"), "no readable ONNX file"),
    ("page.pt2", text("<!DOCTYPE html>"), "no exported program: File is not a zip file"),
    ("cut.onnx", lambda path: path.write_bytes(product(path).read_bytes()[:-7]), "no readable"),
    ("bare.onnx", lambda path: path.write_bytes(b"\x08\x08"), "it has no graph"),
    ("state.pt2", zipped("state/data.pkl", "state/data/0"), "a pickle, which is refused"),
    ("script.pt2", zipped("s/code/__torch__.py", "s/constants.pkl"), "TorchScript, which"),
    ("aot.pt2", zipped("aot/data/aotinductor/model/wrapper.so"), "compiled by AOTInductor"),
    ("paper.pt2", zipped("word/document.xml"), "another zip file"),
    ("net.pth", text("x"), "an ONNX file .* expected"),
    ("onnx", text("x"), "an ONNX file .* expected"),
]


@pytest.mark.parametrize(("name", "write", "reason"), NONE, ids=[name for name, _, _ in NONE])
def test_what_is_no_network_is_said_at_once(
    name: str, write: Callable[[Path], object], reason: str, tmp_path: Path
) -> None:
    write(tmp_path / name)
    with pytest.raises(lp.LatpredError, match=reason) as failure:
        lp.measure_network(tmp_path / name)
    assert "\n" not in str(failure.value)
    assert len(str(failure.value)) < 500


@pytest.mark.parametrize("name", ["x" * 3000, "nul\0.onnx", "", "~/net.onnx"])
def test_paths_that_are_none(name: str) -> None:
    with pytest.raises(lp.LatpredError) as failure:
        lp.measure_network(name)
    assert len(str(failure.value)) < 500


def test_weights_in_a_folder_of_another_alphabet(tmp_path: Path) -> None:
    path = product(tmp_path / "net.onnx", "weights dir/wé.bin")
    assert network_file(path) == path
    assert without_links(path, tmp_path / "links") == path
    assert runs(path)


def test_weights_that_are_cut(tmp_path: Path) -> None:
    path = product(tmp_path / "net.onnx", "w.bin")
    (tmp_path / "w.bin").write_bytes(b"\0" * 60)
    with pytest.raises(lp.StorageError, match=r"w\.bin: 60 bytes, .* up to byte 64; the whole"):
        lp.measure_network(path)
    (tmp_path / "w.bin").unlink()
    (tmp_path / "w.bin").mkdir()
    with pytest.raises(lp.StorageError, match=r"w\.bin: no such file"):
        lp.measure_network(path)


def test_links_as_caches_make_them(tmp_path: Path) -> None:
    """snapshot/net.onnx and its weights lead into a folder of blobs, each of another name."""
    product(tmp_path / "made" / "net.onnx", "net.bin")
    blobs, snapshot = tmp_path / "blobs", tmp_path / "snapshot"
    blobs.mkdir()
    snapshot.mkdir()
    for number, name in enumerate(("net.onnx", "net.bin")):
        (tmp_path / "made" / name).rename(blobs / str(number))
        (snapshot / name).symlink_to(f"../blobs/{number}")
    (tmp_path / "out").mkdir()
    (own,) = own_networks(snapshot / "net.onnx", None, 0)
    sources = Sources(tmp_path / "out", far=False)
    found = [sources.source(own, lp.Device(one))["path"] for one in ("onnxruntime", "openvino")]
    assert found[0] == found[1]
    assert own.name == "net.onnx"
    assert not Path(found[0]).is_symlink()
    assert runs(Path(found[0]))


def test_a_link_to_a_file_with_weights_beside_it(tmp_path: Path) -> None:
    path = product(tmp_path / "nets" / "net.onnx", "net.bin")
    link = tmp_path / "net.onnx"
    link.symlink_to(path)
    place = without_links(network_file(link), tmp_path / "out")
    assert place != link
    assert runs(place)


def test_what_is_no_network_has_a_hint() -> None:
    import torch

    module = torch.nn.Linear(4, 4)
    for networks, reason in [
        (torch.nn.Linear, r"the class Linear; an object of it expected: Linear\(\.\.\.\)"),
        ((module, (1, 4)), r"a pair in a list: \[\(network, inputs\)\]"),
        ((one for one in [module]), "of type generator; .* in a list or by name"),
        ({module}, "of type set; .* in a list"),
        ([module, None], "of type NoneType"),
        ([[module, module]], "of type list"),
        (b"net.onnx", "of type bytes"),
        (lp.space("nas-bench-201").sample(1, seed=0), "lp.measure measures architectures"),
    ]:
        with pytest.raises(lp.ConfigError, match=reason):
            own_networks(networks, None, 0)
