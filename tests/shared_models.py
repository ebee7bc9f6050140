"""What is built once for a whole run of the tests, however many processes."""

import os
import shutil

from filelock import FileLock


def build_once(tmp_path_factory, name, build):
    """Return the folder `name`, made by whichever process needs it first.

    The others wait for it. It is shared: a test that changes it copies it.

    Args:
        tmp_path_factory: pytest's.
        name: Of the folder in the run, such as "cli/model".
        build: Called with a path that is not there yet, at which it makes the
            folder. If it raises, the next who asks tries again.

    Example:
        @pytest.fixture(scope="session")
        def model(tmp_path_factory):
            return build_once(tmp_path_factory, "tiny", train_and_save)
    """
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # each process has its own below
        run = run.parent
    folder = run / "shared" / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            temporary = folder.with_name(f"{folder.name}.building")
            shutil.rmtree(temporary, ignore_errors=True)
            build(temporary)
            temporary.rename(folder)
    return folder
