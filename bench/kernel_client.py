"""Times a kernel: runs cells as a front end does, prints the times as one line of JSON.

Arguments: the kernel's name, the notebook's folder, and JSON: lists of cells by name, run in turn.
"""

import json
import os
import sys
import time

from jupyter_client.manager import KernelManager

TIMEOUT_S = 120
# What a kernel does before its first cell, and the garbage of what it did.
SETTLE_S = 3


def finish(message_id):
    """Waits for the reply, and for all outputs to be there."""
    while True:
        reply = client.get_shell_msg(timeout=TIMEOUT_S)
        if reply['parent_header'].get('msg_id') == message_id:
            break
    while True:
        message = client.get_iopub_msg(timeout=TIMEOUT_S)
        is_ours = message['parent_header'].get('msg_id') == message_id
        if is_ours and message['content'].get('execution_state') == 'idle':
            return reply['content']


def timed(cell):
    started = time.monotonic()
    reply = finish(client.execute(cell))
    seconds = time.monotonic() - started
    if reply['status'] != 'ok':
        raise RuntimeError(f'{cell}: {reply}')
    return 1000 * seconds


def resident_mib():
    with open(f'/proc/{manager.provisioner.pid}/status') as status:
        line = next(line for line in status if line.startswith('VmRSS:'))
    return int(line.split()[1]) / 1024


name, folder, phases = sys.argv[1:]
manager = KernelManager(kernel_name=name, connection_file=os.path.join(folder, 'connection.json'))
log = open(os.path.join(folder, 'log'), 'w')
started = time.monotonic()
manager.start_kernel(cwd=folder, stdout=log, stderr=log)
client = manager.client()
client.start_channels()
try:
    asked = client.kernel_info()
    while client.get_shell_msg(timeout=TIMEOUT_S)['parent_header'].get('msg_id') != asked:
        pass
    result = {'readyMs': 1000 * (time.monotonic() - started), 'phases': {}}
    client.wait_for_ready(timeout=TIMEOUT_S)
    for phase, cells in json.loads(phases).items():
        ms = [timed(cell) for cell in cells]
        since_start = 1000 * (time.monotonic() - started)
        time.sleep(SETTLE_S)
        result['phases'][phase] = {'ms': ms, 'sinceStartMs': since_start, 'mib': resident_mib()}
    print(json.dumps(result))
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
