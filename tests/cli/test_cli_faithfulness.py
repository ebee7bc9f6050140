"""`han-attention explain --faithfulness`: a table, a picture, clear errors."""

import json

import pytest


@pytest.fixture
def few(data, tmp_path):
    lines = (data / "test.csv").read_text().splitlines()[:9]
    (tmp_path / "few.csv").write_text("\n".join(lines) + "\n")
    return tmp_path / "few.csv"


def test_table_and_picture(cli, few, model, tmp_path):
    done = cli(
        *("explain", model, few, "--faithfulness", "--plot", "f.png"),
        *("--method", "attention", "--method", "contribution"),
        *("--label-column", "sentiment"),
    )
    assert done.code == 0
    rows = [
        line.split("|")[1].strip() for line in done.output.splitlines()[2:7]
    ]
    assert rows[:2] == ["attention", "contribution"]
    assert rows[2:] == ["*random*", "*uniform*", "*permuted*"]
    assert "The accuracy is " in done.output
    assert "lowers the probability of the predicted class by" in done.output
    assert (tmp_path / "f.png").read_bytes().startswith(b"\x89PNG")


def test_json(cli, few, model):
    done = cli(
        *("explain", model, few, "--faithfulness", "--json"),
        *("--method", "contribution"),
    )
    report = json.loads(done.output)
    assert report["num_texts"] == 8
    assert report["methods"][0]["name"] == "contribution"
    evaluated = cli("evaluate", model, few, "--json")
    assert report["accuracy"] == json.loads(evaluated.output)["accuracy"]


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--faithfulness", "--html", "a.html"], "Received: both"),
        (["--plot", "a.png"], "--plot with --faithfulness"),
        (["--method", "magic"], "invalid choice: 'magic'"),
        (["--faithfulness", "--limit", "0"], "--limit"),
    ],
)
def test_flags_that_do_not_go_together(cli, few, model, flags, message):
    done = cli("explain", model, few, *flags)
    assert done.code == 2
    assert len(done.errors) == 1 and message in done.errors[0]


def test_a_file_that_is_not_there(cli, model):
    done = cli("explain", model, "none.csv", "--faithfulness")
    assert done.code == 2
    assert len(done.errors) == 1 and "none.csv" in done.errors[0]
