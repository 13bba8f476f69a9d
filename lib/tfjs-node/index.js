// The parts of tfjs, as lib/notegrad/src/engine/tfjs.ts has them: the whole package would register its
// own gradients over those that notegrad mended.
const core = require('@tensorflow/tfjs-core');
require('../notegrad/vendor/tfjs-gradients.js');

module.exports = {
  ...require('@tensorflow/tfjs-backend-cpu'),
  ...core,
  ...require('@tensorflow/tfjs-layers'),
  data: require('@tensorflow/tfjs-data'),
};
