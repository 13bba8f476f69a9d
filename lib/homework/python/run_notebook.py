"""Runs one notebook in its kernel and tells how it goes, as one JSON object a line on stdout.

Usage: run_notebook.py '{"source": …, "target": …, "cwd": …, "timeout": seconds a cell,
                          "expressions": {index of a cell: [expression, …]},
                          "past_failures": false}'

Events, in order: kernel (pid), then for each code cell that is not empty started (number) and
finished (number, seconds), and in the end either done or failed (number, kind, text). Expressions are
evaluated where their cell stands: evaluated (cell, results, each with a value or an error). Numbers count
from 1 and are what Jupyter shows as In [n]. The target is written in every case, with what was run.
Past failures, a cell that fails ends as missed (number, seconds, kind, text) and the next one runs; a
cell that runs for too long is interrupted, and only where that does not help its kernel is killed.
Closing stdin or SIGTERM stops the kernel, and the run ends as failed with kind "stopped".
"""

import asyncio
import json
import os
import re
import signal
import sys
import tempfile
import time

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

MAX_OUTPUT_BYTES = 100_000_000
# The kernel's name for a cell that prints without end.
PRINTED_TOO_MUCH = 'PrintedTooMuch'
# The kernel answers this when nothing that the cells began is under way any more, or in 5 seconds.
SETTLE = 'notegrad.settle'
SETTLE_TIMEOUT = 10
# For the messages that are on their way.
LAST_WORDS = 0.1
# A cell that is interrupted ends within this, or never.
INTERRUPT_TIMEOUT = 10
# Failures after which there is no kernel to go on with.
FINAL = ('died', 'stopped')
UNCAUGHT = re.compile(r'^(UncaughtException|UnhandledPromiseRejection):', re.MULTILINE)


def tell(event, **details):
    print(json.dumps({'event': event, **details}), flush=True)


class Failure(Exception):
    def __init__(self, kind, number, text):
        super().__init__(text)
        self.kind, self.number, self.text = kind, number, text


class Cell:
    """A code cell while it runs, and afterwards: timers it started can still print and throw."""

    def __init__(self, number, node):
        self.number, self.node = number, node
        self.output_bytes = 0

    def error(self):
        return next((out for out in self.node.outputs if out.output_type == 'error'), None)


class Runner(NotebookClient):
    """nbclient, and an eye on every message of the kernel, also on those of cells that are over."""

    def watch(self):
        self.cells, self.current, self.failure = {}, None, None
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
        if message['msg_type'] in ('display_data', 'execute_result'):
            cell.output_bytes += len(json.dumps(content.get('data')))
            if cell.output_bytes > MAX_OUTPUT_BYTES:
                self.stop(cell, 'output', f'more than {MAX_OUTPUT_BYTES // 1_000_000} MB of figures')
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
        try:
            await self.async_execute_cell(cell.node, index, execution_count=cell.number)
        except CellExecutionError:
            self.failure = self.failure or failure_of(cell)
        except CellTimeoutError:
            if not (self.past_failures and await self.interrupted()):
                self.stop(cell, 'time', f'{self.timeout:g} seconds')
            self.failure = self.failure or Failure('time', cell.number, f'{self.timeout:g} seconds')
        except DeadKernelError:
            self.failure = self.failure or self.death(cell)
        if self.failure:
            raise self.failure

    async def evaluate(self, expressions):
        """What expressions give as things stand, in the protocol's way of asking for it."""
        asked = {str(place): expression for place, expression in enumerate(expressions)}
        try:
            reply = await self.async_wait_for_reply(self.kc.execute('', silent=True, user_expressions=asked))
        except DeadKernelError:
            raise self.failure or self.death(self.current)
        if self.failure:
            raise self.failure
        if reply['content']['status'] != 'ok':
            raise Failure('died', self.current and self.current.number, 'it does not evaluate claims')
        found = reply['content']['user_expressions']
        return [result_of(found[place]) for place in asked]

    async def interrupted(self):
        """Whether the kernel ended the cell when it was asked to."""
        await self.km.interrupt_kernel()
        try:
            await asyncio.wait_for(self.async_wait_for_reply(list(self.cells)[-1]), INTERRUPT_TIMEOUT)
            return True
        except (asyncio.TimeoutError, DeadKernelError):
            return False

    def death(self, cell):
        status = self.km.provisioner.process.poll()
        said = [*self.note(), *self.last_words()]
        ended = f'signal {-status}' if status and status < 0 else f'exit code {status}'
        return Failure('died', cell and cell.number, '\n'.join([ended, *said]))

    def note(self):
        """What a kernel that took much memory left to be said of it."""
        try:
            with open(f'{self.km.connection_file}.last-words', encoding='utf8') as note:
                return note.read().splitlines()
        except FileNotFoundError:
            return []

    def last_words(self):
        """What the kernel wrote outside of any cell: how tslab itself fails."""
        self.kernel_log.seek(0)
        return self.kernel_log.read().decode('utf8', 'replace').strip().splitlines()[-12:]

    async def settle(self):
        """Waits until what the cells left running is over, and hears what it still says."""
        asked = self.kc.comm_info(SETTLE)
        listening = asyncio.ensure_future(self.listen())
        try:
            await asyncio.wait_for(self.async_wait_for_reply(asked), SETTLE_TIMEOUT)
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
    with tempfile.TemporaryFile() as kernel_log:
        runner = Runner(
            notebook,
            kernel_name='tslab',
            timeout=job['timeout'],
            startup_timeout=60,
            iopub_timeout=60,
            record_timing=False,
            shutdown_kernel='immediate',
        )
        runner.kernel_log = kernel_log
        runner.past_failures = job.get('past_failures', False)
        streams = {'stdout': kernel_log, 'stderr': kernel_log}
        async with runner.async_setup_kernel(cwd=job['cwd'], **streams):
            runner.kernel_pid = runner.km.provisioner.pid
            tell('kernel', pid=runner.kernel_pid)
            runner.watch()
            heed_stop(lambda: runner.stop(runner.current, 'stopped', 'stopped'))
            try:
                info = await runner.async_wait_for_reply(runner.kc.kernel_info())
                notebook.metadata['language_info'] = info['content']['language_info']
                await run_cells(runner, notebook, job.get('expressions', {}))
            finally:
                kill(runner.kernel_pid)
                withdraw(f'{runner.km.connection_file}.last-words')


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


def heed_stop(stop):
    loop = asyncio.get_running_loop()

    def on_stdin():
        if os.read(0, 4096) == b'':
            loop.remove_reader(0)
            stop()

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
    partial = f'{path}.{os.getpid()}.partial'
    nbformat.write(notebook, partial)
    os.replace(partial, path)


def main():
    job = json.loads(sys.argv[1])
    with open(job['source'], encoding='utf-8-sig') as source:
        notebook = nbformat.read(source, as_version=4)
    clear_outputs(notebook)
    try:
        asyncio.run(run(job, notebook))
        outcome = ('done', {})
    except Failure as failure:
        details = {'kind': failure.kind, 'number': failure.number, 'text': failure.text}
        outcome = ('failed', details)
    except (NoSuchKernel, RuntimeError, OSError) as error:
        outcome = ('failed', {'kind': 'start', 'number': None, 'text': str(error)})
    merge_streams(notebook)
    save(notebook, job['target'])
    tell(outcome[0], **outcome[1])


if __name__ == '__main__':
    main()
