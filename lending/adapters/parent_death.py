"""Child processes that end with their parent, however the parent ends.

A parent that is killed with SIGKILL can't tell its children, and an orphaned
worker would go on serving a port that the next start needs. Linux can: a
process may ask the kernel for a signal on its parent's death (`man 2 prctl`,
PR_SET_PDEATHSIG). Elsewhere both functions leave things as they are.

"Parent" means the *thread* that forked: start such children from a thread that
lives as long as the process does.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1

_SHIM = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""


def end_with_parent(parent: int) -> None:
    """Have this very process killed when `parent`, its parent's process id, is no more."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it went before the kernel was asked
        os.kill(os.getpid(), signal.SIGKILL)


def ending_with_parent(command: list[str]) -> list[str]:
    """The command that becomes `command`, in the same process, and is killed with the process that starts it.

    `command[0]` is an absolute path. A small Python asks the kernel and then
    execs: a `preexec_fn` would run Python between fork and exec, where a lock
    that another thread held can hang it.
    """
    if sys.platform != "linux":
        return command
    return [sys.executable, "-I", "-S", "-c", _SHIM, str(os.getpid()), *command]
