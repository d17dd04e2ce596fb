"""The walls around a process that reads a hostile file.

Four, none of which needs a privilege, each of which holds alone against a network connection:

  system calls  a seccomp filter with a closed list: compute, allocate, read and write what is already open, leave.
                No socket, no open, no exec, no new process, no memory that can be both written and run.
  descriptors   one, the pipe the work came by; RLIMIT_NOFILE forbids any other.
  limits        CPU seconds, address space, no file growth, no core, no child.
  network       an empty network namespace, where the kernel and the container allow it.

`raise_walls` is one way: nothing in the process can take them down again.

`fence` is for a program of the system (Tesseract) that must still load itself: the same limits and the same empty
network, a closed list of what it may NOT do (no socket, no other process, no tracing), and, by Landlock, files that can
only be read, in the folders named, and nothing else of the disk.
Linux on x86-64 and arm64 has all four; elsewhere the filter is absent and `raise_walls` says so by its answer.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import resource
import signal
import struct
from collections.abc import Iterable
from pathlib import Path

MEBIBYTE = 1 << 20

_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_NEWIPC, _CLONE_NEWUTS = 0x10000000, 0x40000000, 0x08000000, 0x04000000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_SECCOMP_MODE_FILTER = 2
_LOAD, _IF_EQUAL, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _KILL, _REFUSE, _ABSENT = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
_CLONE_THREAD, _PROT_EXEC = 0x10000, 0x4
_IF_AT_LEAST, _X32 = 0x35, 0x40000000  # a second numbering of the same calls on x86-64
_NUMBER, _ARCHITECTURE, _ARGUMENT_0, _ARGUMENT_2 = 0, 4, 16, 32  # offsets in struct seccomp_data, little endian

# Numbers on x86-64 and arm64. Source: Linux uapi, asm/unistd_64.h and asm-generic/unistd.h.
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_ALLOWED = {
    "brk": (12, 214),
    "clock_getres": (229, 114),
    "clock_gettime": (228, 113),
    "clock_nanosleep": (230, 115),
    "close": (3, 57),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "fstat": (5, 80),
    "futex": (202, 98),
    "getpid": (39, 172),
    "getrandom": (318, 278),
    "gettid": (186, 178),
    "gettimeofday": (96, 169),
    "lseek": (8, 62),
    "madvise": (28, 233),
    "membarrier": (324, 283),
    "mremap": (25, 216),
    "munmap": (11, 215),
    "nanosleep": (35, 101),
    "read": (0, 63),
    "restart_syscall": (219, 128),
    "rseq": (334, 293),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sched_getaffinity": (204, 123),
    "sched_yield": (24, 124),
    "set_robust_list": (273, 99),
    "sigaltstack": (131, 132),
    "write": (1, 64),
}
_ALLOWED_WITHIN_BOUNDS = {
    "clone": (56, 220),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "clone3": (435, 435),
}
# What a fenced program is refused. 0xFFFF: the call does not exist on arm64.
_FENCED_OFF = {
    "socket": (41, 198), "connect": (42, 203), "accept": (43, 202), "sendto": (44, 206), "sendmsg": (46, 211),
    "bind": (49, 200), "listen": (50, 201), "socketpair": (53, 199), "fork": (57, 0xFFFF), "vfork": (58, 0xFFFF),
    "kill": (62, 129), "ptrace": (101, 117), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97), "setns": (308, 268), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219), "perf_event_open": (298, 241), "bpf": (321, 280),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "memfd_create": (319, 279), "pidfd_open": (434, 434),
}  # fmt: skip
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446  # the same numbers everywhere
_LANDLOCK_EXECUTE, _LANDLOCK_READ, _LANDLOCK_LIST, _LANDLOCK_ALL_OF_V1 = 1 << 0, 1 << 2, 1 << 3, (1 << 13) - 1


def leave_the_network() -> bool:
    """Move this process into an empty network namespace. False where the kernel or the container forbids it.

    Call it before threads exist. The parent-death signal, if any, is lost by it: set that one afterwards.
    """
    for flags in (_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC | _CLONE_NEWUTS, _CLONE_NEWUSER | _CLONE_NEWNET):
        with contextlib.suppress(OSError, AttributeError):
            _call(_libc().unshare(flags))
            return True
    return False


def die_with(parent: int) -> None:
    """Be killed when the process `parent`, which forked this one, ends."""
    with contextlib.suppress(OSError, AttributeError):
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def raise_walls(*, memory: int, cpu_seconds: int, threads: bool) -> bool:
    """Shut this process in, keeping descriptor 0 only. Whether the system-call filter holds.

    memory: bytes of address space beyond what the process has now. threads: whether it may start threads
    (the HEIC decoder insists on one); never processes.
    """
    os.closerange(1, 4096)
    limits = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 1),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, _address_space() + memory),
    ]
    if not threads:
        limits.append((resource.RLIMIT_NPROC, 0))
    for what, limit in limits:
        with contextlib.suppress(ValueError, OSError):  # a container may have set a lower one already: keep it
            resource.setrlimit(what, (limit, limit))
    with contextlib.suppress(OSError, AttributeError):
        _prctl(_PR_SET_DUMPABLE, 0)
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        return _filter_calls(threads=threads)
    return False


def fence(*, memory: int, cpu_seconds: int, readable: Iterable[Path]) -> tuple[bool, bool]:
    """Shut this process in before it becomes another program. Whether calls are filtered, whether files are closed.

    memory: bytes of address space in all. readable: the only folders and files of the disk that stay, to read and run.
    """
    limits = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory),
    ]
    for what, limit in limits:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (limit, limit))
    filtered = closed = False
    with contextlib.suppress(OSError, AttributeError):
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        with contextlib.suppress(OSError):
            closed = _close_the_disk(readable)
        filtered = _refuse_calls()
    return filtered, closed


def _close_the_disk(readable: Iterable[Path]) -> bool:
    """Landlock, version 1: no file is written, none is read but below `readable`. False where the kernel has none."""
    libc = _libc()
    handled = ctypes.c_uint64(_LANDLOCK_ALL_OF_V1)
    rules = libc.syscall(_LANDLOCK_CREATE, ctypes.byref(handled), ctypes.c_size_t(8), ctypes.c_uint32(0))
    if rules < 0:
        return False
    for path in readable:
        try:
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        granted = _LANDLOCK_EXECUTE | _LANDLOCK_READ | (_LANDLOCK_LIST if path.is_dir() else 0)
        rule = ctypes.create_string_buffer(struct.pack("=Qi", granted, opened))
        _call(libc.syscall(_LANDLOCK_ADD, rules, 1, rule, 0))
        os.close(opened)
    _call(libc.syscall(_LANDLOCK_RESTRICT, rules, 0))
    os.close(rules)
    return True


def _refuse_calls() -> bool:
    """Install the closed list of refusals, which a program started afterwards inherits."""
    if platform.machine() not in _ARCHITECTURES:
        return False
    column, architecture = _ARCHITECTURES[platform.machine()]
    clone, clone3 = (_ALLOWED_WITHIN_BOUNDS[name][column] for name in ("clone", "clone3"))
    steps = [(_LOAD, 0, 0, _ARCHITECTURE), (_IF_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL)]
    steps += [(_LOAD, 0, 0, _NUMBER), (_IF_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _REFUSE)]
    for numbers in _FENCED_OFF.values():
        steps += [(_IF_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, _REFUSE)]
    steps += [(_IF_EQUAL, 0, 1, clone3), (_RETURN, 0, 0, _ABSENT)]  # as above: libc then uses clone
    steps += [(_IF_EQUAL, 0, 4, clone), (_LOAD, 0, 0, _ARGUMENT_0), (_IF_ANY_BIT, 0, 1, _CLONE_THREAD)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    steps += [(_RETURN, 0, 0, _ALLOW)]
    _install(steps)
    return True


def _filter_calls(*, threads: bool) -> bool:
    """Install the closed list of system calls. The refusals answer EPERM: a library that asks for a font goes on."""
    if platform.machine() not in _ARCHITECTURES:
        return False
    column, architecture = _ARCHITECTURES[platform.machine()]
    calls = {name: numbers[column] for name, numbers in _ALLOWED_WITHIN_BOUNDS.items()}
    steps = [(_LOAD, 0, 0, _ARCHITECTURE), (_IF_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL)]
    steps += [(_LOAD, 0, 0, _NUMBER)]
    for numbers in _ALLOWED.values():
        steps += [(_IF_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, _ALLOW)]
    for name in ("mmap", "mprotect"):  # never executable memory
        steps += [(_IF_EQUAL, 0, 4, calls[name]), (_LOAD, 0, 0, _ARGUMENT_2), (_IF_ANY_BIT, 1, 0, _PROT_EXEC)]
        steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    if threads:  # clone3 hides its flags from the filter: saying it does not exist makes libc use clone
        steps += [(_IF_EQUAL, 0, 1, calls["clone3"]), (_RETURN, 0, 0, _ABSENT)]
        steps += [(_IF_EQUAL, 0, 4, calls["clone"]), (_LOAD, 0, 0, _ARGUMENT_0), (_IF_ANY_BIT, 0, 1, _CLONE_THREAD)]
        steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    steps += [(_RETURN, 0, 0, _REFUSE)]
    _install(steps)
    return True


def _install(steps: list[tuple[int, int, int, int]]) -> None:
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(code)))
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program))


def _address_space() -> int:
    """Bytes of address space in use now, 0 where the system does not say (the limit is then absolute)."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    return 0


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, *arguments: int) -> None:
    padded = (*arguments, 0, 0, 0, 0)[:4]  # the kernel insists that what it does not use is zero
    _call(_libc().prctl(option, *(ctypes.c_ulong(a) for a in padded)))


def _call(result: int) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
