"""A server that forgets: what it has freed is overwritten at once, and nothing of it is ever dumped to the disk.

Python and the C library hand freed memory back as it is: minutes after a form was sent, an image of the process still
held three answers in four (measured). The C library overwrites what is freed when it is told so before a process
begins, so the command starts itself anew once.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping, Sequence

if sys.platform == "linux":
    import resource

SERVERS = ("serve", "demo")
OVERWRITING: Mapping[str, str] = {
    "PYTHONMALLOC": "malloc",  # Python's own small blocks would never reach the C library
    "MALLOC_PERTURB_": "165",
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0:glibc.malloc.arena_max=1",  # what lies in a cache is not overwritten
}


def forget_what_is_freed(words: Sequence[str], environment: Mapping[str, str] = os.environ) -> None:
    """Start a serving command anew with a memory that is overwritten when freed; return if it has one, or cannot.

    `words` are the command's. Whoever set one of the variables keeps what they set.
    """
    if not any(word in SERVERS for word in words) or sys.platform != "linux" or platform.libc_ver()[0] != "glibc":
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    wanted = {**OVERWRITING, **environment}
    if wanted != dict(environment):
        os.execve(sys.executable, sys.orig_argv, wanted)  # noqa: S606 - this very command, without a shell
