"""What Jupyter calls to have a kernel: ``labkit-warm``, a kernel provisioner, known by its kernelspec.

papermill, nbclient and nbval all start a sandboxed kernel by the name of the kernelspec alone, with
``labkit/grading/jupyter`` in ``JUPYTER_PATH``. Of the working directory, the kernel sees copies of the
folders ``case`` and ``data``, and of the notebook that ``LABKIT_NOTEBOOK`` names, if it lies there:
never the notebook that is being judged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.provisioning import KernelProvisionerBase

from labkit.exercises.answers import NOTEBOOK_VARIABLE
from labkit.grading import launch
from labkit.grading.sandbox import pool

PROCESSES_VARIABLE = "LABKIT_PROCESSES"
_LARGEST_MESSAGE = 64 * 1024 * 1024
_MESSAGES_HELD = 32


class WarmProvisioner(KernelProvisionerBase):
    """Hands out forks of a preloader inside bubblewrap.

    Attributes
    ----------
    limits_applied : dict
        The limits that hold, in words.
    """

    kernel: pool.WarmKernel | None = None
    limits_applied: dict[str, str] = {}  # noqa: RUF012  (traitlets knows the class's own)

    @property
    def has_process(self) -> bool:
        return self.kernel is not None

    @property
    def ended_because(self) -> str:
        """``ended`` by itself, ``memory``, ``time`` or ``killed``; empty while it runs."""
        return self.kernel.why if self.kernel is not None else ""

    async def poll(self) -> int | None:
        return 0 if self.kernel is None else self.kernel.poll()

    async def wait(self) -> int | None:
        while (status := await self.poll()) is None:
            await asyncio.sleep(0.02)
        return status

    async def send_signal(self, signum: int) -> None:
        if self.kernel is not None:
            self.kernel.signal(int(signum))

    async def kill(self, restart: bool = False) -> None:
        if self.kernel is not None:
            self.kernel.kill()

    async def terminate(self, restart: bool = False) -> None:
        await self.kill(restart)

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Take a kernel, and tell the manager where its sockets are: a network is no way to it."""
        if self.kernel is not None:
            self.kernel.kill()
        self.kernel = pool.warm_kernel()
        self.connection_info = self.kernel.connection()
        manager = self.parent
        if manager is not None:
            for name in pool.layout.PORTS:
                setattr(manager, name, 0)
            manager.load_connection_info(self.connection_info)
            # What a kernel sends is held in this process: not without bounds.
            manager.context.setsockopt(zmq.MAXMSGSIZE, _LARGEST_MESSAGE)
            manager.context.setsockopt(zmq.RCVHWM, _MESSAGES_HELD)
        kwargs = await super().pre_launch(**kwargs)
        kwargs.pop("extra_arguments", None)
        return {"cmd": [], **kwargs}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Activate the kernel, with the limits and the data of the environment and working directory given."""
        environment = kwargs.get("env", {})
        limits = _limits(environment)
        work = Path(kwargs.get("cwd") or Path.cwd()).absolute()
        self.kernel.activate(limits, work, _notebook(environment, work))
        pool.prepare_next()
        self.limits_applied = {
            "memory": f"{limits['memory']} MB",
            "cpu": f"{limits['cpu']} s",
            "file size": f"{limits['file']} MB",
            "processes": str(limits["processes"]),
        }
        return self.connection_info

    async def cleanup(self, restart: bool = False) -> None:
        if self.kernel is not None:
            self.kernel.kill()


def _limits(environment: Mapping[str, str]) -> dict[str, int]:
    return {
        "memory": int(environment.get(launch.MEMORY_VARIABLE, launch.MEMORY_MB)),
        "cpu": int(environment.get(launch.CPU_VARIABLE, launch.CPU_SECONDS)),
        "file": int(environment.get(launch.FILE_VARIABLE, launch.FILE_MB)),
        "processes": int(environment.get(PROCESSES_VARIABLE, launch.PROCESSES)),
    }


def _notebook(environment: Mapping[str, str], work: Path) -> Path | None:
    named = environment.get(NOTEBOOK_VARIABLE)
    file = Path(named).absolute() if named else None
    return (
        file
        if file is not None and file.parent == work and file.is_file() and not file.is_symlink()
        else None
    )
