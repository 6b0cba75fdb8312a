# Tries to become another user or to get capabilities and higher limits back, and stay traceable.
import ctypes
import os
import resource

loot = []
libc = ctypes.CDLL(None, use_errno=True)
KEEPCAPS, AMBIENT, RAISE, SUBREAPER, SETMM = 8, 47, 2, 36, 35


def dot_scores(query, keys):
    libc.prctl(KEEPCAPS, 1, 0, 0, 0)
    for name in ("setuid", "setgid", "seteuid", "setegid"):
        for number in (0, 65534):
            try:
                getattr(os, name)(number)
                loot.append(f"{name}({number})")
            except OSError:
                pass
    loot.extend(f"capability {n}" for n in range(41) if libc.prctl(AMBIENT, RAISE, n, 0, 0) == 0)
    for name in ("RLIMIT_NPROC", "RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE"):
        try:
            kind = getattr(resource, name)
            soft, hard = resource.getrlimit(kind)
            if hard != resource.RLIM_INFINITY:
                resource.setrlimit(kind, (hard + 1, hard + 1))
                loot.append(name)
        except (OSError, ValueError):
            pass
    return loot
