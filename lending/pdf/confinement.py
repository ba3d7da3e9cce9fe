"""What a drawing process gives up before it touches a book.

A PDF that takes PDFium over finds itself unable to write a file, gain a privilege, use much memory
or outlive the server. It can still open files for reading and sockets: a system call filter
(seccomp) belongs at the end of `confine`, and everything here is called early enough for one.
"""

import ctypes
import resource
import signal
import sys
from typing import Final

MEMORY: Final = 1536 * 1024 * 1024
"""Address space in bytes: PDFium, the largest image in several copies, and some room."""

_OPEN_FILES: Final = 64
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38


def confine() -> None:
    """Give up what a drawing process doesn't need. For good: none of it can be had back."""
    _limit(resource.RLIMIT_CORE, 0)  # a core dump would hold plaintext and keys
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _limit(resource.RLIMIT_AS, MEMORY)
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None, use_errno=True).prctl
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)  # no other process of this account may look into it
        prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _limit(what: int, most: int) -> None:
    """Lower a limit, or leave it if it is lower already."""
    _soft, hard = resource.getrlimit(what)
    bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (bound, bound))
