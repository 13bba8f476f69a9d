import type { Random } from '../../lib/notegrad/src/data/random';

/** Labels that plotting libraries are known to read as something else than text. */
const AWKWARD = [
  '',
  ' ',
  '0',
  '1',
  '10',
  '1e3',
  '-5',
  '2020-01-01',
  'Jan 2020',
  '12:30',
  'NaN',
  'null',
  'undefined',
  'true',
  '<b>bold</b>',
  'a<br>b',
  '<a href="x">y</a>',
  '&amp;',
  '&lt;i&gt;',
  'a & b < c > d',
  '$5 and $6',
  '$x^2$',
  '%{x}',
  '{a}',
  '"quoted"',
  "it's",
  'é',
  '日',
  'constructor',
  '__proto__',
];

/** A label of any kind; equal ones are likely among a dozen. */
export function anyText({ integer }: Random): string {
  if (integer(4) > 0) return AWKWARD[integer(AWKWARD.length)];
  return Array.from({ length: 1 + integer(6) }, () => String.fromCharCode(33 + integer(94))).join(
    '',
  );
}
