"""A Service of Kubernetes, played: one address before several pods. A connection goes to a pod that is ready, and stays
with it."""

import asyncio
import contextlib
import threading


class Service:
    """`ports` are those of the ready pods, in the order in which they became so; whoever runs the pods keeps it."""

    def __init__(self):
        self.ports = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        listening = asyncio.start_server(self._connected, "127.0.0.1", 0, limit=1 << 20)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result()
        self.address = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._next = 0

    async def _connected(self, reader, writer):
        self._next += 1
        port = self.ports[self._next % len(self.ports)]
        with contextlib.suppress(OSError):
            there, back = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(self._copy(reader, back), self._copy(there, writer))
        writer.close()

    @staticmethod
    async def _copy(source, target):
        with contextlib.suppress(OSError):
            while data := await source.read(1 << 18):
                target.write(data)
                await target.drain()
        with contextlib.suppress(OSError, RuntimeError):
            if target.can_write_eof():
                target.write_eof()

    async def _end(self):
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def close(self):
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
