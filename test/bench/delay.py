"""Carries packets between two network namespaces through a pair of TUN devices and lets each of them wait.

usage: delay.py NEAR_NETNS FAR_NETNS ADDRESS SECONDS
The far namespace gets ADDRESS; the near one answers for it on its own network, so that nobody else needs a route.
Prints "ready" and works until its stdin ends. Written in Python because Node cannot open a TUN device.
"""
import ctypes
import fcntl
import heapq
import os
import select
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI, CLONE_NEWNET = 0x400454CA, 0x0001, 0x1000, 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def enter(netns):
    with open(f"/run/netns/{netns}") as handle:
        if libc.setns(handle.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"cannot enter {netns}")


def device(name):
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    return tun


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def main():
    near, far, address, wait = *sys.argv[1:4], float(sys.argv[4])
    enter(near)
    one = device(f"to-{far[-8:]}")
    ip("link", "set", f"to-{far[-8:]}", "up")
    ip("route", "add", f"{address}/32", "dev", f"to-{far[-8:]}")
    for setting in ("ip_forward", "conf/all/proxy_arp"):
        with open(f"/proc/sys/net/ipv4/{setting}", "w") as handle:
            handle.write("1")
    enter(far)
    other = device("out")
    ip("addr", "add", f"{address}/32", "dev", "out")
    ip("link", "set", "lo", "up")
    ip("link", "set", "out", "up")
    ip("route", "add", "default", "dev", "out", "src", address)
    print("ready", flush=True)
    across = {one: other, other: one}
    # By the time it is due; the number keeps packets of one moment in their order.
    waiting, number = [], 0
    while True:
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, _, target, packet = heapq.heappop(waiting)
            try:
                os.write(target, packet)
            except OSError:
                pass  # a full or vanished device loses packets, as a network does
        pause = max(0, waiting[0][0] - time.monotonic()) if waiting else None
        readable, _, _ = select.select([one, other, 0], [], [], pause)
        for source in readable:
            if source == 0:
                if not os.read(0, 4096):
                    return
                continue
            while True:
                try:
                    packet = os.read(source, 65536)
                except BlockingIOError:
                    break
                number += 1
                heapq.heappush(waiting, (time.monotonic() + wait, number, across[source], packet))


main()
