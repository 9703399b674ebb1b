"""under_filter.py CALL,… PROGRAM ARGUMENT…: runs the program with a seccomp filter that allows these system calls and answers EPERM
to all others, as a unit with SystemCallFilter= does. Calls that this machine's libseccomp does not know are left out."""

import ctypes
import os
import sys

ALLOW, EPERM = 0x7FFF0000, 0x00050001
NO_NEW_PRIVS = 38


def main(calls, command):
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_rule_add.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    context = library.seccomp_init(EPERM)
    numbers = [library.seccomp_syscall_resolve_name(call.encode()) for call in calls]
    added = [library.seccomp_rule_add(context, ALLOW, number, 0) for number in numbers if number >= 0]
    if any(added) or ctypes.CDLL(None).prctl(NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or library.seccomp_load(context) != 0:
        sys.exit("under_filter: the filter cannot be loaded")
    os.execv(command[0], command)


main(sys.argv[1].split(","), sys.argv[2:])
