"""Runs cells in a kernel of its own: reads one JSON command a line, answers each with one line."""

import json
import os
import signal
import sys
import time

from jupyter_client.manager import KernelManager

TIMEOUT = 60
# Not in the shared temporary folder: a client that is killed leaves it behind.
connection = os.path.realpath(f'{sys.argv[2]}.connection.json')
manager = KernelManager(kernel_name='tslab', connection_file=connection)
outputs = {}
order = []


def note(message):
    parent = message['parent_header'].get('msg_id')
    if parent in outputs:
        outputs[parent].append({'type': message['msg_type'], **message['content']})


def send(command):
    message_id = client.execute(
        command['code'],
        silent=command.get('silent', False),
        stop_on_error=command.get('stopOnError', True),
    )
    outputs[message_id] = []
    order.append(message_id)
    return message_id


def is_idle(message_id):
    said = [out for out in outputs[message_id] if out['type'] == 'status']
    return any(out['execution_state'] == 'idle' for out in said)


def finish(message_id, interrupt_after=None):
    started = time.monotonic()
    interrupted = False
    while not is_idle(message_id):
        try:
            note(client.get_iopub_msg(timeout=0.05))
        except Exception as error:
            if type(error).__name__ != 'Empty':
                raise
        waited = time.monotonic() - started
        if interrupt_after is not None and not interrupted and waited > interrupt_after:
            interrupted = True
            manager.interrupt_kernel()
        if waited > TIMEOUT:
            return {'status': 'timeout'}
    return replies(message_id)


def replies(message_id):
    while message_id not in seen:
        reply = client.get_shell_msg(timeout=TIMEOUT)
        seen[reply['parent_header']['msg_id']] = reply['content']
    return seen[message_id]


def said(message_id):
    return [out for out in outputs[message_id] if out['type'] not in ('status', 'execute_input')]


def run(command):
    message_id = send(command)
    reply = finish(message_id, command.get('interruptAfter'))
    return {'reply': reply, 'all': outputs[message_id], 'outputs': said(message_id)}


def run_all(command):
    sent = [send({**command, 'code': code}) for code in command['codes']]
    found = [finish(message_id, command.get('interruptAfter')) for message_id in sent]
    return [{'reply': r, 'outputs': said(m)} for r, m in zip(found, sent)]


def listen(command):
    """What each cell has said by now, after listening for a while longer."""
    until = time.monotonic() + command['seconds']
    while time.monotonic() < until:
        try:
            note(client.get_iopub_msg(timeout=0.05))
        except Exception as error:
            if type(error).__name__ != 'Empty':
                raise
    return [said(message_id) for message_id in order]


def ask(command):
    if command['what'] == 'complete':
        message_id = client.complete(command['code'], command['cursor'])
    elif command['what'] == 'inspect':
        message_id = client.inspect(command['code'], command['cursor'])
    elif command['what'] == 'is_complete':
        message_id = client.is_complete(command['code'])
    else:
        message_id = client.comm_info(command['target'])
    return replies(message_id)


def pid(_):
    return manager.provisioner.pid


def kill_and_restart(_):
    os.kill(manager.provisioner.pid, signal.SIGKILL)
    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=TIMEOUT)


seen = {}
# Streams of its own: one that the kernel shared with us, it would make non-blocking.
log = open(sys.argv[2], 'w')
manager.start_kernel(cwd=sys.argv[1], stdout=log, stderr=log)
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=TIMEOUT)
print(json.dumps('ready'), flush=True)
commands = {
    'run': run,
    'runAll': run_all,
    'listen': listen,
    'ask': ask,
    'killAndRestart': kill_and_restart,
    'pid': pid,
}
for line in sys.stdin:
    command = json.loads(line)
    print(json.dumps(commands[command['command']](command)), flush=True)
client.stop_channels()
manager.shutdown_kernel(now=True)
