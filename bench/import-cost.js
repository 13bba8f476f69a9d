// Prints what `require('notegrad')` costs, in a process that has done nothing else.
const before = process.memoryUsage().rss;
const startedAt = performance.now();
require('notegrad');
const ms = performance.now() - startedAt;
const mib = (process.memoryUsage().rss - before) / 2 ** 20;
console.log(`import: ${ms.toFixed(0)} ms, ${mib.toFixed(0)} MiB`);
