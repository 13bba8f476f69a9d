"""Runs one notebook in its kernel and tells how it goes, as one JSON object a line on stdout.

The first line of stdin says what is to be done, as JSON:
  {"notebook": …, "target": a new file for what was run, "cwd": …, "timeout": seconds a cell,
   "kernel": [command, argument, …, "{connection_file}"], "connection": a folder for its sockets,
   "expressions": {index of a cell: [expression, …]}, "past_failures": false}

Every second it says alive. Other events, in order: kernel (pid), then for each code cell that is not empty started (number) and
finished (number, seconds), and in the end either done or failed (number, kind, text). Expressions are
evaluated where their cell stands: evaluated (cell, results, each with a value or an error). Numbers count
from 1 and are what Jupyter shows as In [n]. The target is written in every case, with what was run.
Past failures, a cell that fails ends as missed (number, seconds, kind, text) and the next one runs; a
cell that runs for too long is interrupted, and only where that does not help its kernel is killed.
A line on stdin {"used_up": number of a cell, "text": …} ends that cell, if it still runs, as one that ran for
too long. Closing stdin or SIGTERM stops the kernel, and the run ends as failed with kind "stopped".
"""

import asyncio
import ctypes
import json
import os
import re
import signal
import site
import sys
import tempfile
import time

# Isolated (-I), Python leaves out what its user installed.
site.addsitedir(site.getusersitepackages())

import nbformat
import zmq
from jupyter_client.kernelspec import NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

# Of a cell's figures, and of all that a notebook shows: what is larger cannot be read again.
MAX_OUTPUT_BYTES = 80_000_000
SHOWN = ('stream', 'display_data', 'update_display_data', 'execute_result', 'error')
# What comes at once. ZeroMQ cuts the connection to who sends more, and all that was on its way is lost.
MAX_MESSAGE_BYTES = 100_000_000
# The kernel's name for a cell that prints without end.
PRINTED_TOO_MUCH = 'PrintedTooMuch'
# The kernel answers this when nothing that the cells began is under way any more, or in 5 seconds.
SETTLE = 'notegrad.settle'
SETTLE_TIMEOUT = 10
# For the messages that are on their way.
LAST_WORDS = 0.1
# A cell that is interrupted ends within this, or never.
INTERRUPT_TIMEOUT = 10
# How often it says that it is there.
BEAT = 1
# A kernel takes 1 s to start, and a minute where twenty others do.
STARTUP_TIMEOUT = 180
# Failures after which there is no kernel to go on with.
FINAL = ('died', 'stopped')
UNCAUGHT = re.compile(r'^(UncaughtException|UnhandledPromiseRejection):', re.MULTILINE)


def tell(event, **details):
    print(json.dumps({'event': event, **details}), flush=True)


class Failure(Exception):
    def __init__(self, kind, number, text):
        super().__init__(text)
        self.kind, self.number, self.text = kind, number, text


class OwnKernel(AsyncKernelManager):
    """The kernel of the command that we were given, whatever Jupyter knows by its name."""

    def format_kernel_cmd(self, extra_arguments=None):
        return [self.connection_file if part == '{connection_file}' else part for part in self.own_command]

    def client(self, **kwargs):
        client = super().client(**kwargs)
        client.context.setsockopt(zmq.MAXMSGSIZE, MAX_MESSAGE_BYTES)
        return client


class Cell:
    """A code cell while it runs, and afterwards: timers it started can still print and throw."""

    def __init__(self, number, node):
        self.number, self.node, self.is_over = number, node, False

    def error(self):
        return next((out for out in self.node.outputs if out.output_type == 'error'), None)


class Runner(NotebookClient):
    """nbclient, and an eye on every message of the kernel, also on those of cells that are over."""

    def watch(self):
        self.cells, self.current, self.failure, self.output_bytes = {}, None, None, 0
        execute, get_message = self.kc.execute, self.kc.iopub_channel.get_msg

        def execute_and_remember(*args, **kwargs):
            message_id = execute(*args, **kwargs)
            self.cells[message_id] = self.current
            return message_id

        async def get_and_notice(*args, **kwargs):
            message = await get_message(*args, **kwargs)
            self.notice(message)
            return message

        self.kc.execute = execute_and_remember
        self.kc.iopub_channel.get_msg = get_and_notice

    def notice(self, message):
        cell = self.cells.get(message['parent_header'].get('msg_id'))
        if cell is None:
            return
        content = message['content']
        if message['msg_type'] in SHOWN:
            self.output_bytes += len(json.dumps(content))
            if self.output_bytes > MAX_OUTPUT_BYTES:
                self.stop(cell, 'output', f'more than {MAX_OUTPUT_BYTES // 1_000_000} MB with all before it')
        if message['msg_type'] not in ('stream', 'display_data'):
            return
        if cell is not self.current:
            cell.node.outputs.append(nbformat.v4.output_from_msg(message))
        if message['msg_type'] == 'stream' and content['name'] == 'stderr' and UNCAUGHT.search(content['text']):
            self.failure = self.failure or Failure('uncaught', cell.number, content['text'])

    def stop(self, cell, kind, text):
        self.failure = self.failure or Failure(kind, cell and cell.number, text)
        kill(self.kernel_pid)

    async def run_cell(self, index, cell):
        self.current = cell
        start = time.monotonic()
        try:
            await self.async_execute_cell(cell.node, index, execution_count=cell.number)
        except CellExecutionError:
            self.failure = self.failure or failure_of(cell)
        except CellTimeoutError:
            if time.monotonic() - start < self.timeout:
                self.stop(cell, 'output', f'what did not arrive (more than {MAX_MESSAGE_BYTES // 1_000_000} MB at once?)')
            elif not (self.past_failures and await self.interrupted()):
                self.stop(cell, 'time', f'{self.timeout:g} seconds')
            self.failure = self.failure or Failure('time', cell.number, f'{self.timeout:g} seconds')
        except DeadKernelError:
            self.failure = self.failure or self.death(cell)
        finally:
            cell.is_over = True
        if self.failure:
            raise self.failure

    async def use_up(self, number, text):
        """A cell that used more than it may is ended as one that ran for too long is."""
        cell = self.current
        if cell is None or cell.number != number or cell.is_over:
            return
        self.failure = self.failure or Failure('time', number, text)
        if self.past_failures:
            await self.km.interrupt_kernel()
            await asyncio.sleep(INTERRUPT_TIMEOUT)
        if not cell.is_over:
            self.stop(cell, 'time', text)

    async def evaluate(self, expressions):
        """What expressions give as things stand, in the protocol's way of asking for it."""
        asked = {str(place): expression for place, expression in enumerate(expressions)}
        try:
            reply = await self.reply_to(self.kc.execute('', silent=True, user_expressions=asked), self.timeout)
        except DeadKernelError:
            raise self.failure or self.death(self.current)
        except asyncio.TimeoutError:
            self.stop(self.current, 'time', f'{self.timeout:g} seconds (its claims)')
            raise self.failure
        if self.failure:
            raise self.failure
        if reply['content']['status'] != 'ok':
            raise Failure('died', self.current and self.current.number, 'it does not evaluate claims')
        found = reply['content']['user_expressions']
        return [result_of(found[place]) for place in asked]

    async def reply_to(self, message_id, seconds):
        """The kernel's reply within these seconds, whatever a cell may take."""
        limit, self.timeout = self.timeout, None
        try:
            return await asyncio.wait_for(self.async_wait_for_reply(message_id), seconds)
        finally:
            self.timeout = limit

    async def interrupted(self):
        """Whether the kernel ended the cell when it was asked to."""
        await self.km.interrupt_kernel()
        try:
            await self.reply_to(list(self.cells)[-1], INTERRUPT_TIMEOUT)
            return True
        except (asyncio.TimeoutError, DeadKernelError):
            return False

    def death(self, cell):
        status = self.km.provisioner.process.poll()
        said = [*self.note(), *self.last_words()]
        # What stands between us and the kernel, as walls do, ends with 128 more than its signal.
        by_signal = -status if status and status < 0 else (status or 0) - 128
        ended = f'signal {by_signal}' if by_signal > 0 else f'exit code {status}'
        return Failure('died', cell and cell.number, '\n'.join([ended, *said]))

    def note(self):
        """What a kernel that took much memory left to be said of it."""
        # The kernel's folder is its own: what lies there may be a link, or of any length.
        try:
            note = os.open(f'{self.km.connection_file}.last-words', os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return []
        with open(note, encoding='utf8', errors='replace') as text:
            return text.read(2000).splitlines()

    def last_words(self):
        """What the kernel wrote outside of any cell: how tslab itself fails."""
        self.kernel_log.seek(0)
        return self.kernel_log.read().decode('utf8', 'replace').strip().splitlines()[-12:]

    async def settle(self):
        """Waits until what the cells left running is over, and hears what it still says."""
        asked = self.kc.comm_info(SETTLE)
        listening = asyncio.ensure_future(self.listen())
        try:
            await self.reply_to(asked, SETTLE_TIMEOUT)
            await asyncio.sleep(LAST_WORDS)
        except (asyncio.TimeoutError, DeadKernelError):
            pass
        finally:
            listening.cancel()

    async def listen(self):
        while True:
            await self.kc.iopub_channel.get_msg(timeout=None)


def result_of(reply):
    if reply['status'] == 'ok':
        return {'value': reply['data']['application/json']}
    return {'error': reply['evalue']}


def failure_of(cell):
    """What the kernel said on a cell that failed."""
    error = cell.error()
    if error is None:
        return Failure('error', cell.number, 'the cell failed without a word')
    if error.ename == PRINTED_TOO_MUCH:
        return Failure('output', cell.number, error.evalue)
    return Failure('error', cell.number, '\n'.join(error.traceback))


def kill(pid):
    """The kernel and all that its cells started: it leads a process group of its own."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def withdraw(file):
    try:
        os.remove(file)
    except FileNotFoundError:
        pass


async def run(job, notebook):
    alive = asyncio.ensure_future(say_alive())
    with tempfile.TemporaryFile() as kernel_log:
        runner = Runner(
            notebook,
            kernel_name='tslab',
            timeout=job['timeout'],
            startup_timeout=STARTUP_TIMEOUT,
            iopub_timeout=60,
            raise_on_iopub_timeout=True,
            record_timing=False,
            shutdown_kernel='immediate',
        )
        # Through sockets of the file system: two kernels can never be given the same port.
        connection_file = os.path.join(job['connection'], 'kernel.json')
        runner.km = OwnKernel(kernel_name='tslab', transport='ipc', connection_file=connection_file)
        runner.km.own_command = job['kernel']
        runner.kernel_log = kernel_log
        runner.past_failures = job.get('past_failures', False)
        streams = {'stdout': kernel_log, 'stderr': kernel_log}
        async with runner.async_setup_kernel(cwd=job['cwd'], **streams):
            runner.kernel_pid = runner.km.provisioner.pid
            tell('kernel', pid=runner.kernel_pid)
            runner.watch()
            heed(runner)
            try:
                info = await runner.async_wait_for_reply(runner.kc.kernel_info())
                notebook.metadata['language_info'] = info['content']['language_info']
                await run_cells(runner, notebook, job.get('expressions', {}))
            finally:
                kill(runner.kernel_pid)
                withdraw(f'{runner.km.connection_file}.last-words')


async def say_alive():
    while True:
        tell('alive')
        await asyncio.sleep(BEAT)


async def run_cells(runner, notebook, expressions):
    number = 0
    for index, node in enumerate(notebook.cells):
        asked = expressions.get(str(index))
        if asked:
            tell('evaluated', cell=index, results=await runner.evaluate(asked))
        if node.cell_type != 'code' or not node.source.strip():
            continue
        number += 1
        tell('started', number=number)
        start = time.monotonic()
        try:
            await runner.run_cell(index, Cell(number, node))
        except Failure as failure:
            if not runner.past_failures or failure.kind in FINAL or not await runner.km.is_alive():
                raise
            runner.failure = None
            taken = time.monotonic() - start
            tell('missed', number=number, seconds=taken, kind=failure.kind, text=str(failure))
            continue
        tell('finished', number=number, seconds=time.monotonic() - start)
    runner.current = None
    await runner.settle()
    if runner.failure:
        raise runner.failure


def heed(runner):
    loop = asyncio.get_running_loop()
    tasks = []

    def stop():
        runner.stop(runner.current, 'stopped', 'stopped')

    def on_stdin():
        # A line is far shorter than what a pipe gives at once.
        said = os.read(0, 4096)
        if said == b'':
            loop.remove_reader(0)
            stop()
        for line in said.splitlines():
            passed = json.loads(line)
            tasks.append(loop.create_task(runner.use_up(passed['used_up'], passed['text'])))

    loop.add_signal_handler(signal.SIGTERM, stop)
    loop.add_signal_handler(signal.SIGINT, stop)
    loop.add_reader(0, on_stdin)


def clear_outputs(notebook):
    notebook.metadata.get('notegrad', {}).pop('run', None)
    for cell in notebook.cells:
        if cell.cell_type == 'code':
            cell.outputs, cell.execution_count = [], None


def merge_streams(notebook):
    """What was printed piece by piece becomes one output, as Jupyter shows it."""
    for cell in notebook.cells:
        merged = []
        for out in cell.get('outputs', []):
            last = merged[-1] if merged else None
            if last and out.output_type == 'stream' and last.get('name') == out.name:
                last.text += out.text
            else:
                merged.append(out)
        if cell.cell_type == 'code':
            cell.outputs = merged


def save(notebook, path):
    target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(target, 'w', encoding='utf8') as file:
        nbformat.write(notebook, file)


def adopt_orphans():
    """On Linux, what a cell detached becomes a child of ours when its own parent ends."""
    set_child_subreaper = 36
    try:
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)
    except (OSError, AttributeError):
        pass


def parent_of(pid):
    try:
        with open(f'/proc/{pid}/stat', 'rb') as stat:
            return int(stat.read().rpartition(b')')[2].split()[1])
    except (OSError, ValueError):
        return None


def descendants():
    """All processes that came from this one, on Linux; elsewhere none are known."""
    try:
        pids = [int(name) for name in os.listdir('/proc') if name.isdigit()]
    except OSError:
        return set()
    parents = {pid: parent_of(pid) for pid in pids}
    found, last = set(), {os.getpid()}
    while last:
        last = {pid for pid, parent in parents.items() if parent in last}
        found |= last
    return found


def end_descendants():
    """What cells started ends with the run, also what left its process group."""
    for _ in range(200):
        left = descendants()
        if not left:
            return
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass
        time.sleep(0.01)


def main():
    job = json.loads(sys.stdin.buffer.readline())
    notebook = nbformat.reads(json.dumps(job['notebook']), as_version=4)
    clear_outputs(notebook)
    adopt_orphans()
    try:
        asyncio.run(run(job, notebook))
        outcome = ('done', {})
    except Failure as failure:
        details = {'kind': failure.kind, 'number': failure.number, 'text': failure.text}
        outcome = ('failed', details)
    except (NoSuchKernel, RuntimeError, OSError) as error:
        outcome = ('failed', {'kind': 'start', 'number': None, 'text': str(error)})
    finally:
        end_descendants()
    merge_streams(notebook)
    save(notebook, job['target'])
    tell(outcome[0], **outcome[1])


if __name__ == '__main__':
    main()
