import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkpointFile } from '../../lib/notegrad/src/train/checkpoint-file';

test('checkpoints lie in the project’s data folder, wherever the data sets do', () => {
  process.env.NOTEGRAD_DATA = '/somewhere/else';
  const project = join(__dirname, '../..');
  assert.is(checkpointFile('lstm'), join(project, 'data/checkpoints/lstm.safetensors'));
});

test.run();
