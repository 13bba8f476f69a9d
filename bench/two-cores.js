// Prints what two cores of this machine give two processes that share nothing but it: a loop of arithmetic in
// registers, alone and in two processes at once. Where that takes longer (cores that are threads of one, or a host
// that is busy), nothing that is graded, or trained, two at a time can take twice as much:
//   node bench/two-cores.js [rounds]
const { spawnSync, spawn } = require('node:child_process');

const rounds = Number(process.argv[2] ?? 9);
const loop = `
  const begin = process.hrtime.bigint();
  let [a, b, c, d] = [1, 2, 3, 4];
  for (let i = 0; i < 1e8; i++) {
    a = a * 0.999 + 0.001;
    b = b * 0.998 + 0.002;
    c = c * 0.997 + 0.003;
    d = d * 0.996 + 0.004;
  }
  if (a + b + c + d === 0) console.log('never');
  console.log(Number(process.hrtime.bigint() - begin) / 1e9);
`;

const alone = () => Number(spawnSync(process.execPath, ['-e', loop]).stdout);

const oneOfTwo = () =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['-e', loop], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (piece) => {
      text += piece;
    });
    child.once('close', () => resolve(Number(text)));
  });

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

async function main() {
  const [apart, together] = [[], []];
  for (let i = 0; i < rounds; i++) {
    apart.push(alone());
    together.push(Math.max(...(await Promise.all([oneOfTwo(), oneOfTwo()]))));
  }
  const ratio = median(together) / median(apart);
  console.log(
    `alone ${median(apart).toFixed(2)} s, the slower of two at once ${median(together).toFixed(2)} s: ${ratio.toFixed(2)} (medians of ${rounds})`,
  );
}

void main();
