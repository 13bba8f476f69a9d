import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { terminalText, withoutCommands } from '../../lib/homework/src/pdf/terminal-text';

test('a printed text is what a terminal shows at the end', () => {
  for (const [written, shown] of [
    ['epoch 1:  10%\repoch 1: 100%\ndone\n', 'epoch 1: 100%\ndone\n'],
    ['a\rbcd\refghi\r\nnext', 'efghi\nnext'],
    ['abcdef\rxy', 'xycdef'],
    ['line\r\r\nnext\r', 'line\nnext'],
    ['\r 5%|█    |\r10%|██   |', '10%|██   |'],
    ['abc\b\b\bxyz', 'xyz'],
    ['a\n\bb', 'a\nb'],
    ['a long line\r\u{1b}[Kshort', '\u{1b}[Kshort'],
    ['\u{1b}[31mred one\u{1b}[0m\r\u{1b}[32mgo', '\u{1b}[32mgod one\u{1b}[0m'],
    ['\u{1b}]8;;http://x.org\u{7}link\u{1b}]8;;\u{1b}\\ end', 'link end'],
    ['\u{1b}]0;title\u{7}\u{1b}7one\u{1b}8\u{0}two\u{1b}(B', 'onetwo'],
    ['👩‍🔬 in\r👩‍🔬 out', '👩‍🔬 out'],
  ]) {
    assert.is(terminalText(written), shown, JSON.stringify(written));
  }
});

test('code keeps each of its lines', () => {
  assert.is(withoutCommands('one\rtwo\r\nthree\tfour\u{7}'), 'one\ntwo\nthree\tfour');
});

test.run();
