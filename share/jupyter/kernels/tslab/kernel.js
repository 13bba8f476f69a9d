// The kernel that Jupyter starts: tslab, with the evaluator of this project.
const [, , connectionFile] = process.argv;
require('../../../../lib/dist/homework/kernel/tslab-front.js').startKernel(connectionFile);
