"""A bad line: a proxy that cuts connections at any byte, on the way there or back, as a school's Wi-Fi does."""

from __future__ import annotations

import asyncio
import random
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

CHUNK = 4096
REQUEST, ANSWER = 700, 500  # about the bytes of one POST, and of what comes back


class BadLine:
    """A proxy in front of a port of this machine, in a thread of its own.

    Of the connections, `share` are cut; where and in which direction is left to chance. `cuts` counts them.
    """

    def __init__(self, target: int, share: float) -> None:
        self.target, self.share = target, share
        self.port = self.cuts = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(10)
        self._loop.close()

    async def _serve(self) -> None:
        self._done = asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        async with server:
            await self._done.wait()

    async def _connection(self, phone: asyncio.StreamReader, to_phone: asyncio.StreamWriter) -> None:
        cut, there = random.random() < self.share, random.random() < 0.5  # noqa: S311 - any place
        after = random.randrange(REQUEST if there else ANSWER)  # noqa: S311
        site, to_site = await asyncio.open_connection("127.0.0.1", self.target)
        ways = [
            asyncio.ensure_future(_carry(phone, to_site, after if cut and there else None)),
            asyncio.ensure_future(_carry(site, to_phone, after if cut and not there else None)),
        ]
        done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        was_cut = any(way.result() for way in done)
        self.cuts += was_cut
        for writer in (to_site, to_phone):
            if was_cut:
                writer.transport.abort()
            else:
                writer.close()
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter, most: int | None) -> bool:
    """Carry bytes until the end, or until `most` of them have passed; return whether it was cut there."""
    with suppress(OSError):
        while data := await source.read(CHUNK if most is None else min(CHUNK, most + 1)):
            if most is not None:
                data = data[:most]
                most -= len(data)
            target.write(data)
            await target.drain()
            if most == 0:
                await asyncio.sleep(0)
                return True
    return False
