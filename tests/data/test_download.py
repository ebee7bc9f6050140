"""Downloads from a server on this machine."""

import gc
import hashlib
import threading
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from han_attention.data.download import download
from han_attention.data.download import get_cache_folder

BODY = bytes(range(256)) * 500
SHA256 = hashlib.sha256(BODY).hexdigest()
UNCLOSED = "ignore:unclosed <socket:ResourceWarning"


def test_the_cache_folder_can_be_chosen(monkeypatch):
    monkeypatch.setenv("HAN_ATTENTION_CACHE", "~/elsewhere")
    assert get_cache_folder() == Path.home() / "elsewhere"
    monkeypatch.delenv("HAN_ATTENTION_CACHE")
    assert get_cache_folder().name == "han_attention"
    assert get_cache_folder().is_absolute()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requested.append(self.path)
        if self.path == "/missing.bin":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        cut = len(BODY) // 2 if self.path == "/cut.bin" else len(BODY)
        self.wfile.write(BODY[:cut])

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.requested = []
        server.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HAN_ATTENTION_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path / "cache"


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_download_lands_in_the_cache(server, cache):
    path = download(f"{server.url}/data.bin", SHA256)
    assert path == cache / "data.bin"
    assert path.read_bytes() == BODY
    assert files_in(cache) == [path]


def test_a_second_call_does_not_fetch_again(server, cache):
    url = f"{server.url}/data.bin"
    assert download(url, SHA256) == download(url, SHA256)
    assert server.requested == ["/data.bin"]


def test_a_damaged_file_in_the_cache_is_fetched_again(server, cache):
    url = f"{server.url}/data.bin"
    download(url, SHA256).write_bytes(b"damaged")
    assert download(url, SHA256).read_bytes() == BODY
    assert server.requested == ["/data.bin"] * 2


def test_a_wrong_checksum_leaves_no_file(server, cache):
    with pytest.raises(ValueError, match="data.bin"):
        download(f"{server.url}/data.bin", "0" * 64)
    assert server.requested == ["/data.bin"]
    assert files_in(cache) == []


def check_cannot_download(url, cache):
    with pytest.raises(OSError) as error:
        download(url, SHA256)
    message = str(error.value)
    assert message.startswith(f"Cannot download {url}: ")
    assert "by hand" in message
    assert "\n" not in message
    assert len(message) < 200
    assert files_in(cache) == []
    del error
    gc.collect()  # pooch leaves connections open: warn here, not later


@pytest.mark.filterwarnings(UNCLOSED)
def test_a_body_that_ends_early_is_an_error(server, cache):
    check_cannot_download(f"{server.url}/cut.bin", cache)
    assert server.requested == ["/cut.bin"]


@pytest.mark.filterwarnings(UNCLOSED)
def test_a_file_the_server_does_not_have(server, cache):
    check_cannot_download(f"{server.url}/missing.bin", cache)
    assert server.requested == ["/missing.bin"]


def test_a_refused_connection_is_one_clear_line(cache):
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as closed:
        port = closed.server_address[1]
    check_cannot_download(f"http://127.0.0.1:{port}/data.bin", cache)


@pytest.mark.filterwarnings(UNCLOSED)
def test_a_cache_that_is_no_folder_is_an_error(server, cache):
    cache.write_text("a file in the way")
    with pytest.raises(OSError, match="cache"):
        download(f"{server.url}/data.bin", SHA256)
    assert cache.read_text() == "a file in the way"
