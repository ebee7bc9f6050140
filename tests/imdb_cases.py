"""Small archives and folders of reviews for tests."""

import io
import random
import tarfile

REVIEWS = {
    "aclImdb/train/pos/10_7.txt": b"tenth pos",
    "aclImdb/train/pos/2_9.txt": "deux\u00e9 <br />pos".encode(),
    "aclImdb/train/neg/0_3.txt": b"zeroth neg",
    "aclImdb/train/neg/11_1.txt": b"",
    "aclImdb/train/neg/9_2.txt": b"ninth \xff neg",
    "aclImdb/train/unsup/1_0.txt": b"first unsup",
    "aclImdb/train/unsup/0_0.txt": b"zeroth unsup",
    "aclImdb/test/pos/0_10.txt": b"test pos",
    "aclImdb/test/neg/0_1.txt": b"test neg",
}
# What the public archive holds besides, and what systems add to folders.
OTHERS = {
    "aclImdb/README": b"not a review",
    "aclImdb/imdb.vocab": b"the and a",
    "aclImdb/train/urls_pos.txt": b"http://example.com",
    "aclImdb/train/pos/._2_9.txt": b"a resource fork",
    "aclImdb/train/pos/2_9.txt.orig": b"a copy",
    "aclImdb/train/other/2_9.txt": b"no class",
    "aclImdb/dev/pos/3_9.txt": b"no split",
}
# Characters that hardly compress.
TEXTURE = random.Random(0).choices([chr(n) for n in range(32, 127)], k=250_000)
LONG = {
    name: "".join(TEXTURE[n * 5_000 : (n + 1) * 5_000]).encode()
    for n, name in enumerate(REVIEWS)
}


def write_folder(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def add_file(archive, name, content):
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def write_archive(path, files, mode="w:gz"):
    with tarfile.open(path, mode) as archive:
        for name, content in files.items():
            add_file(archive, name, content)
    return path
