"""Which runtimes ignore `sequence_lens`, and so why our graphs have none."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto
from onnx import helper
from onnx import numpy_helper
from onnx_runtimes import RUNTIMES
from onnx_runtimes import run_everywhere

# Those that start the backward direction in the padding, without a word. If
# one of them is mended, this fails, and `docs/runtimes.md` can say so.
WRONG = {"onnx.reference", "openvino"}
IDS = np.array([[3, 1, 2, 0, 0], [2, 4, 1, 3, 5]], "int32")


def make_model():
    """Ids as numbers, through a GRU of both directions that has lengths."""
    rng = np.random.default_rng(0)
    weights = {
        "W": rng.normal(size=(2, 9, 1)).astype("float32"),
        "R": rng.normal(size=(2, 9, 3)).astype("float32"),
        "B": rng.normal(size=(2, 18)).astype("float32"),
        "nothing": np.array(0, "int32"),
        "last": np.array([-1], "int64"),
    }
    node = helper.make_node
    nodes = [
        node("Equal", ["ids", "nothing"], ["padding"]),
        node("Not", ["padding"], ["real"]),
        node("Cast", ["real"], ["counted"], to=TensorProto.INT32),
        node("ReduceSum", ["counted", "last"], ["lengths"], keepdims=0),
        node("Cast", ["ids"], ["numbers"], to=TensorProto.FLOAT),
        node("Unsqueeze", ["numbers", "last"], ["vectors"]),
        node("Transpose", ["vectors"], ["steps"], perm=[1, 0, 2]),
        node(
            "GRU",
            ["steps", "W", "R", "B", "lengths"],
            ["states"],
            hidden_size=3,
            direction="bidirectional",
        ),
        node("Transpose", ["states"], ["logits"], perm=[2, 0, 1, 3]),
    ]
    graph = helper.make_graph(
        nodes,
        "lengths",
        [helper.make_tensor_value_info("ids", TensorProto.INT32, ["b", "t"])],
        [
            helper.make_tensor_value_info(
                "logits", TensorProto.FLOAT, ["b", "t", 2, 3]
            )
        ],
        [
            numpy_helper.from_array(value, name)
            for name, value in weights.items()
        ],
    )
    opset = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=8)
    onnx.checker.check_model(model)
    return model


@pytest.mark.slow
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_padding_of_a_shorter_text(runtime, tmp_path):
    """The states of its 3 real steps, in a batch and alone."""
    model = make_model()
    together, alone = run_everywhere(
        runtime, model, [IDS, IDS[:1, :3]], tmp_path
    )
    same = np.allclose(together[0, :3], alone[0], atol=1e-5)
    assert same == (runtime not in WRONG)
