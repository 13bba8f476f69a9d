// The kernel that Jupyter starts: tslab, with the evaluator of this project.
require('../../../../bin/require-node.js');

const [, , connectionFile] = process.argv;
require('../../../../dist/kernel/compiled-typescript.js');
require('../../../../dist/kernel/tslab-front.js').startKernel(connectionFile);
