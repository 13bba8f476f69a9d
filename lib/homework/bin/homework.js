#!/usr/bin/env node
require('./require-node');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const commandLine = join(__dirname, '..', 'dist', 'cli.js');
if (!existsSync(commandLine)) {
  console.error('homework: the library is not built yet: run `npm run build`');
  process.exit(1);
}
require(commandLine);
