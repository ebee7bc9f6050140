"""A public file, fetched once into a cache folder and checked."""

import os
from pathlib import Path

CACHE_VARIABLE = "HAN_ATTENTION_CACHE"


def get_cache_folder() -> Path:
    """Where downloads are kept: `$HAN_ATTENTION_CACHE`, or the user's cache."""
    import pooch  # only a download needs it

    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen or pooch.os_cache("han_attention")).expanduser()


def download(url: str, sha256: str) -> Path:
    """Fetch a file into the cache folder, once, with a progress bar.

    Args:
        url: Where the file is.
        sha256: Its checksum; a cached file that does not match it is fetched
            again.

    Returns:
        The path of the file in the cache folder.

    Raises:
        OSError: if the file cannot be fetched or written.
        ValueError: if what was fetched does not match the checksum.

    Reference:
        https://www.fatiando.org/pooch
    """
    import pooch
    import requests

    pooch.get_logger().setLevel("WARNING")
    name = url.rsplit("/", 1)[-1]
    try:
        path = pooch.retrieve(
            url,
            known_hash=f"sha256:{sha256}",
            fname=name,
            path=get_cache_folder(),
            progressbar=True,
        )
    except requests.RequestException as error:
        raise OSError(
            f"Cannot download {url}: {type(error).__name__}. Check the "
            f"network, or fetch {name} by hand and give its path."
        ) from error
    return Path(path)
