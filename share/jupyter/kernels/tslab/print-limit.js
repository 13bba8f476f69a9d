// Ends a kernel whose cell prints without end. It has to sit inside the kernel: a loop that never
// yields sends nothing out, so nobody outside can see it print.
const { writeSync } = require('node:fs');
const { JupyterHandlerImpl } = require('../../../../node_modules/tslab/dist/jupyter.js');

const MAX_LINES = 10_000;
const MAX_CHARACTERS = 1_000_000;
const PRINTED_TOO_MUCH = 97;

function end(what) {
  writeSync(2, `\n${what}\n`);
  process.exit(PRINTED_TOO_MUCH);
}

// tslab makes a new writer for every cell and stream.
const { createWriteToIopub } = JupyterHandlerImpl.prototype;
JupyterHandlerImpl.prototype.createWriteToIopub = function limited(name, writeStream) {
  let lines = 0;
  let characters = 0;
  const count = (stream, text) => {
    characters += text.length;
    for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) lines++;
    if (lines > MAX_LINES) end(`more than ${MAX_LINES.toLocaleString('en')} lines`);
    if (characters > MAX_CHARACTERS) end('more than 1 MB of text');
    writeStream(stream, text);
  };
  return createWriteToIopub.call(this, name, count);
};
