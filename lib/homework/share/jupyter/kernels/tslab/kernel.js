// The kernel that Jupyter starts: tslab, with the evaluator of this project.
// `--max-semi-space-size=4` in kernel.json: V8 would keep 20 MiB more for young objects of a kernel that
// rests.
const [, , connectionFile] = process.argv;
require('../../../../dist/kernel/tslab-front.js').startKernel(connectionFile);
