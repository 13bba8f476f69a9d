import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tableBatches, tableTensor } from '../../../lib/notegrad/src/data/batches/table-batches';
import { columnMoments, type TableSet } from '../../../lib/notegrad/src/data/samples/table-set';
import { assertClose } from '../../support/close';

/** A table of one column, all of one class. */
const column = (...values: readonly number[]): TableSet => ({
  name: 'stars',
  source: 'a test',
  values: Float64Array.from(values),
  shape: [values.length, 1],
  columns: [{ name: 'mass' }],
  labels: new Uint8Array(values.length),
  classNames: ['star'],
});

test('a value that float32 cannot hold is refused, not infinite, and normalised it can be had', () => {
  const set = column(1e39, 3e39);
  const refused = /^stars: 1e\+39 in row 0, column mass, is no number of float32 \(normalise, with/;
  assert.throws(() => tableTensor(set), refused);
  assert.throws(() => [...tableBatches(set, { batchSize: 2, shuffle: false })], refused);
  assertClose(tableTensor(set, { normalise: columnMoments(set) }).dataSync(), [-1, 1]);
});

test('moments of all pixels are none of columns', () => {
  const moments = { mean: 0.1, std: 0.3 } as unknown as ReturnType<typeof columnMoments>;
  assert.throws(
    () => tableTensor(column(1, 2), { normalise: moments }),
    /^invalid mean of normalise: 0\.1 \(expected a list\)$/,
  );
});

test.run();
