// tslab's TypeScript watches the files of all packages, and compiles anew when one changes. If that
// happens while a cell is being compiled, tslab fails the cell ("Unexpected pending rebuildTimer").
// A run from top to bottom has no use for changes: the files are read as they are.
const fs = require('node:fs');
const { EventEmitter } = require('node:events');

class Still extends EventEmitter {
  close() {}
  ref() {}
  unref() {}
}

fs.watch = () => new Still();
fs.watchFile = () => new Still();
