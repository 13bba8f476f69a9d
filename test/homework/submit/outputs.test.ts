import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Profile } from '../../../lib/homework/src/execute';
import type { Notebook } from '../../../lib/homework/src/notebook';
import { recordRun, runRecordOf } from '../../../lib/homework/src/run-record';
import { stripMetadata } from '../../../lib/homework/src/strip-metadata';
import { wrongModel } from '../../../lib/homework/src/submit/model-files';
import { wrongOutputs } from '../../../lib/homework/src/submit/outputs';
import { inFolder } from '../../support/folders';
import { writeNotebook } from '../notebooks';

const model = { from: 'model file', path: 'models/net.pt', to: 'net_riddletm.pt' } as const;
const printed = { output_type: 'stream', name: 'stdout', text: ['1\n', '2\n'] };

/** A notebook as JSON, to be changed at will. */
interface Draft {
  cells: {
    source: string | string[];
    execution_count: number | null;
    outputs: Record<string, unknown>[];
    metadata: Record<string, unknown>;
  }[];
  metadata: Record<string, unknown>;
}

/** Three cells as a run in `folder` left them, with its record, and then changed. */
function afterRun(
  folder: string,
  change: (notebook: Draft) => void = () => {},
  { profile = 'full', startedAt = 0 }: { profile?: Profile; startedAt?: number } = {},
): Notebook {
  const path = writeNotebook(folder, 'ran', ['const a = 1;', 'show(a);', 'a'], {
    notegrad: { handIn: { package: 'folder', files: [model] } },
  });
  const notebook: Draft = JSON.parse(readFileSync(path, 'utf8'));
  notebook.cells.forEach((cell, index) => {
    cell.execution_count = index + 1;
    if (index > 0) cell.outputs = [printed];
  });
  writeFileSync(path, JSON.stringify(notebook));
  recordRun({ executed: path, folder, profile, startedAt });
  const recorded = JSON.parse(readFileSync(path, 'utf8'));
  change(recorded);
  return recorded;
}

const wrongAfter = (change: (notebook: Draft) => void) =>
  inFolder((folder) => wrongOutputs(afterRun(folder, change)));

test('what a full run left is right, also when another program saved it in its own way', async () => {
  assert.equal(await wrongAfter(() => {}), []);
  const resaved = await wrongAfter(({ cells }) => {
    cells[0].source = ['const a', ' = 1;'];
    cells[1].outputs = [{ text: '1\n2\n', name: 'stdout', output_type: 'stream' }];
  });
  assert.equal(resaved, []);
});

test('the record outlives the stripping of what changes from run to run', () =>
  inFolder((folder) => {
    const notebook = afterRun(folder);
    const stripped = stripMetadata(notebook);
    assert.equal(stripped.metadata.notegrad, notebook.metadata.notegrad);
    assert.equal(wrongOutputs(stripped), []);
  }));

test('outputs of the quick profile are told from those of the full one', () =>
  inFolder((folder) => {
    const quick = afterRun(folder, () => {}, { profile: 'quick' });
    assert.equal(wrongOutputs(quick), ['its outputs are those of the quick profile']);
  }));

test('without a record, or with one that cannot be read, nobody knows the profile', async () => {
  const unknown = ['it is not recorded which profile made its outputs'];
  for (const run of [undefined, null, 'full', { profile: 'full' }]) {
    assert.equal(
      await wrongAfter(({ metadata }) => {
        metadata.notegrad = { run };
      }),
      unknown,
    );
  }
});

test('the first cell that has changed since the run is named', async () => {
  assert.equal(
    await wrongAfter(({ cells }) => {
      cells[1].source = 'show(a + 1);';
    }),
    ['cell 2 has changed since it ran: outputs from there on are stale'],
  );
});

test('outputs that came, changed or went since the run are noticed', async () => {
  const changed =
    'its outputs are not those of the recorded run: cells ran, or were cleared, since';
  assert.equal(
    await wrongAfter(({ cells }) => {
      cells[2].outputs = [{ ...printed, text: '3\n' }];
    }),
    [changed],
  );
  assert.equal(
    await wrongAfter(({ cells }) => {
      cells[1].outputs = [];
    }),
    ['cell 2 has no output', changed],
  );
  assert.equal(
    await wrongAfter(({ cells }) => {
      cells.pop();
    }),
    ['cells were removed since it ran', changed],
  );
});

test('cells that did not run, or not in order, are named', async () => {
  assert.equal(
    await wrongAfter(({ cells }) => {
      for (const cell of cells) [cell.outputs, cell.execution_count] = [[], null];
    }),
    ['it has no outputs: none of its cells was run'],
  );
  assert.equal(
    (
      await wrongAfter(({ cells }) => {
        cells[0].execution_count = null;
        cells[2].execution_count = null;
      })
    ).slice(0, 1),
    ['cells 1, 3 were not run'],
  );
  assert.equal(
    await wrongAfter(({ cells }) => {
      cells[1].execution_count = 7;
    }),
    ['its cells were not run once from top to bottom: cell 2 ran as In [7]'],
  );
});

test('an error among the outputs is named, unless the cell is tagged as meant to fail', async () => {
  const error = { output_type: 'error', ename: '', evalue: '', traceback: [] };
  const fail = ({ cells }: Draft) => {
    cells[2].outputs = [error];
  };
  assert.is((await wrongAfter(fail))[0], 'cell 3 ends in an error');
  const meant = await wrongAfter((notebook) => {
    fail(notebook);
    notebook.cells[2].metadata.tags = ['raises-exception'];
  });
  assert.not.ok(meant.includes('cell 3 ends in an error'));
});

test('a model file is right only if it is the one that the recorded run wrote', () =>
  inFolder((folder) => {
    const file = join(folder, 'models', 'net.pt');
    const verdict = (startedAt: number) =>
      wrongModel(model, folder, runRecordOf(afterRun(folder, () => {}, { startedAt })));
    assert.is(
      verdict(0),
      `net_riddletm.pt: there is no ${file}: a full run of the notebook writes it`,
    );
    mkdirSync(join(folder, 'models'));
    writeFileSync(file, 'weights');
    utimesSync(file, 1000, 1000);
    assert.is(verdict(1_000_000), undefined);
    assert.is(
      verdict(1_000_001),
      `net_riddletm.pt: ${file} was not written by the run that made the outputs`,
    );
    const record = runRecordOf(afterRun(folder));
    writeFileSync(file, 'other weights');
    assert.is(
      wrongModel(model, folder, record),
      `net_riddletm.pt: ${file} is not the one that belongs to the outputs: another run has replaced it`,
    );
  }));

test.run();
