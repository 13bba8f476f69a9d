import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Lifetime,
  planMemory,
} from '../../../../../lib/notegrad/src/engine/native/compiler/replay/memory-plan';
import { seededRandom } from '../../../../support/mutations';

test('no memory is planned for nothing', () => {
  assert.equal(planMemory([]), { offsets: [], bytes: 0 });
});

test('pieces of a chain use two places in turn', () => {
  const chain = Array.from({ length: 9 }, (_, i) => ({ bytes: 64, first: i, last: i + 1 }));
  assert.is(planMemory(chain).bytes, 128);
});

test('what lives at the same time does not overlap, and starts at multiples of 64', () => {
  const random = seededRandom(7);
  for (let round = 0; round < 50; round++) {
    const pieces: Lifetime[] = Array.from({ length: 40 }, () => {
      const first = Math.floor(random() * 50);
      const last = first + Math.floor(random() * 10);
      return { bytes: Math.floor(random() * 1000), first, last };
    });
    const { offsets, bytes } = planMemory(pieces);
    pieces.forEach((a, i) => {
      assert.is(offsets[i] % 64, 0);
      assert.ok(offsets[i] + a.bytes <= bytes);
      pieces.slice(0, i).forEach((b, j) => {
        const together = a.first <= b.last && b.first <= a.last;
        const apart = offsets[i] + a.bytes <= offsets[j] || offsets[j] + b.bytes <= offsets[i];
        assert.ok(!together || apart || a.bytes === 0 || b.bytes === 0, `${i} and ${j} overlap`);
      });
    });
  }
});

test.run();
